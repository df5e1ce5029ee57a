import type { MapOptions } from "../../engine/index.ts";
import type { Kernel } from "../kernel.ts";
import { perCpuBytes } from "./per-cpu.ts";
import { Ring } from "./ring.ts";
import { RingMap } from "./ring-map.ts";

/** `BPF_MAP_TYPE_PERF_EVENT_ARRAY`: a ring of `maxEntries` bytes for each CPU. */
export class PerfEventArray extends RingMap {
  override readonly rings: readonly Ring[];

  constructor(kernel: Kernel, options: MapOptions) {
    super(kernel, options, perCpuBytes(kernel, options.valueSize));
    this.rings = Array.from({ length: kernel.cpus }, () => new Ring(kernel, options.maxEntries, options.name));
  }
}
