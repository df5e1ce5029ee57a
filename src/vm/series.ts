import { DESCRIPTOR_BYTES, descriptor } from "./descriptor.ts";
import type { Memory } from "./memory.ts";
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

/** Writes the context of the run that is next, where nothing compiled does. */
export function fillContext({ bytes, data }: Memory, { packets, context, next }: Series): void {
  if (packets === undefined) return;
  const at = packets.descriptors + next * DESCRIPTOR_BYTES;
  const start = data.getUint32(at + descriptor.address, true);
  const end = start + data.getUint32(at + descriptor.length, true);
  bytes.set(packets.template, context);
  const { pointers } = packets;
  const point = (offset: number, address: number) => {
    if (offset < 0) return;
    data.setUint32(context + offset, address, true);
    data.setUint32(context + offset + 4, 0, true);
  };
  point(pointers.data, start);
  point(pointers.end, end);
  point(pointers.meta, start);
}

/** Writes what the run that has ended returned. */
export function writeVerdict({ data }: Memory, { packets, next }: Series, verdict: number): void {
  if (packets === undefined) return;
  data.setInt32(packets.descriptors + next * DESCRIPTOR_BYTES + descriptor.verdict, verdict, true);
}
