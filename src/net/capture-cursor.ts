import type { CaptureClock } from "./capture-clock.ts";

/** Where packets of a capture came in. */
export interface CaptureInterface {
  /** Number of the link layer in the registry at tcpdump.org/linktypes.html; Ethernet is 1. */
  readonly linkType: number;
  /** The name that the file gives it: pcapng only. */
  readonly name?: string;
}

/** Walks over a file without making an object per packet; its fields describe the packet that `next` stopped at. */
export interface CaptureCursor {
  readonly interfaces: readonly CaptureInterface[];
  /** Goes to the next packet; false at the end. Throws `InvalidCaptureError` where the file is broken. */
  next(): boolean;
  /**
   * Goes on in other bytes of the same file, of which the first is at offset `base`; they hold what `at` was before.
   * Unless they are its last, the end of the bytes is not the end of the file.
   */
  window(bytes: Uint8Array, base: number, isLast: boolean): void;
  /** Where in the bytes the next packet, or what comes before it, begins. */
  at: number;
  /** Bytes from there on that it takes, as far as is known, when the window has not as many. */
  needed: number;
  dataOffset: number;
  capturedLength: number;
  originalLength: number;
  interface: number;
  timeHigh: number;
  timeLow: number;
  clock: CaptureClock;
  truncated: boolean;
}
