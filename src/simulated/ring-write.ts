import { failure } from "../engine/index.ts";
import { EbpfResult } from "../platform/index.ts";
import type { Kernel } from "./kernel.ts";
import { type KernelMap, RingMap } from "./maps/index.ts";

/** A user call writes a record: to the ring, or to that of the current CPU. */
export function writeRing(kernel: Kernel, map: KernelMap, data: Uint8Array): void {
  if (!(map instanceof RingMap)) throw failure(EbpfResult.OPERATION_NOT_SUPPORTED, "The map has no rings");
  const ring = map.rings[kernel.cpu % map.rings.length];
  const copy = kernel.scratch(data.length);
  if (copy === 0 || ring === undefined) throw failure(EbpfResult.NO_MEMORY, "No memory for the record");
  kernel.memory.bytes.set(data, copy);
  const result = ring.output(copy, data.length);
  if (result !== EbpfResult.SUCCESS) throw failure(result, `The ring does not take a record of ${data.length} bytes`);
}
