import type { MapOptions } from "../../engine/index.ts";
import type { Kernel } from "../kernel.ts";
import { Ring } from "./ring.ts";
import { RingMap } from "./ring-map.ts";

/** `BPF_MAP_TYPE_RINGBUF`: one ring of `maxEntries` bytes. */
export class RingBuffer extends RingMap {
  override readonly rings: readonly Ring[];

  constructor(kernel: Kernel, options: MapOptions) {
    super(kernel, options);
    this.rings = [new Ring(kernel, options.maxEntries, options.name)];
  }
}
