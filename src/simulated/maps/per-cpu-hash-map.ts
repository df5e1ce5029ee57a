import type { MapOptions } from "../../engine/index.ts";
import type { LookupTable } from "../../vm/index.ts";
import type { Kernel } from "../kernel.ts";
import { HashMap } from "./hash-map.ts";
import { pad8 } from "./pad.ts";
import { ownSlot, perCpuBytes, perCpuOf, updateOwnSlot } from "./per-cpu.ts";

/** `BPF_MAP_TYPE_PERCPU_HASH`: user calls see the values of all CPUs, programs that of the CPU they run on. */
export class PerCpuHashMap extends HashMap {
  constructor(kernel: Kernel, options: MapOptions) {
    const { name, valueSize } = options;
    super(kernel, options, perCpuBytes(kernel, valueSize), {
      visible: { regions: kernel.regions, name, size: valueSize, stride: pad8(valueSize) },
    });
  }

  override get lookupTable(): LookupTable {
    return { ...this.hashTable, perCpu: perCpuOf(this.kernel, this.options.valueSize) };
  }

  override lookup(key: number): number {
    return ownSlot(this.kernel, this.options.valueSize, super.lookup(key));
  }

  override take(key: number): number {
    return ownSlot(this.kernel, this.options.valueSize, super.take(key));
  }

  override updateFromProgram(key: number, value: number, flags: number): number {
    return updateOwnSlot(this, this.kernel, key, value, flags);
  }
}
