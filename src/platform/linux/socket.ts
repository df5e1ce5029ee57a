/** A readable field of `struct bpf_sock`; nothing of a socket can be written. */
export interface LinuxSocketField {
  /** Bytes from the start. */
  readonly offset: number;
  /** Bytes. */
  readonly size: number;
  /** Widest read, in bytes. */
  readonly maxWidth: number;
  /** Narrower reads are allowed too. */
  readonly narrow: boolean;
  /** One more width that may be read at the start of the field; 0: none. */
  readonly extraWidthAtStart: number;
}

/** What programs may read of a socket (include/uapi/linux/bpf.h `struct bpf_sock`, net/core/filter.c). */
export const linuxSocket: { readonly size: number; readonly fields: readonly LinuxSocketField[] } = {
  size: 80,
  fields: [
    { offset: 0, size: 4, maxWidth: 4, narrow: false, extraWidthAtStart: 0 },
    { offset: 4, size: 4, maxWidth: 4, narrow: true, extraWidthAtStart: 0 },
    { offset: 24, size: 4, maxWidth: 4, narrow: true, extraWidthAtStart: 0 },
    { offset: 28, size: 16, maxWidth: 4, narrow: true, extraWidthAtStart: 0 },
    { offset: 44, size: 4, maxWidth: 4, narrow: true, extraWidthAtStart: 0 },
    { offset: 48, size: 2, maxWidth: 2, narrow: true, extraWidthAtStart: 4 },
    { offset: 52, size: 4, maxWidth: 4, narrow: true, extraWidthAtStart: 0 },
    { offset: 56, size: 16, maxWidth: 4, narrow: true, extraWidthAtStart: 0 },
    { offset: 72, size: 4, maxWidth: 4, narrow: true, extraWidthAtStart: 0 },
    { offset: 76, size: 4, maxWidth: 4, narrow: true, extraWidthAtStart: 0 },
  ],
};
