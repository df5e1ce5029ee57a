import type { Region } from "./region.ts";

/** Many runs of one program, one behind the other, each as if it were one call of `Machine.run`. */
export interface Series {
  /** Index of the run that is next. When running the series throws, that of the run which did. */
  next: number;
  /** Index behind the last run. */
  readonly end: number;
  /** What r1 is for every run: the context's address. */
  readonly context: number;
  /** Where packets lie, for runs on one packet each; without it, all runs are on what the one before left. */
  readonly packets?: PacketSeries;
  /**
   * Told before run `index` does anything that is not its own business: calls a helper, faults, goes on in the
   * interpreter. Regions are to be as they are for that run.
   */
  enter(index: number): void;
}

/** Packets in memory, and the context that each run finds. */
export interface PacketSeries {
  /** Address of the descriptor of run 0; the others follow (see descriptor.ts). */
  readonly descriptors: number;
  /** The region of the packet, which `Series.enter` puts where it is. */
  readonly region: Region;
  /** The context as each run finds it, but for pointers; a multiple of 8 bytes. */
  readonly template: Uint8Array;
  /** Offsets in the context of the 64-bit pointers to the packet's start and end, and to its start again; -1 for none. */
  readonly pointers: { readonly data: number; readonly end: number; readonly meta: number };
}
