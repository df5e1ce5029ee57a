import type { MapOptions } from "../../engine/index.ts";
import type { LookupTable } from "../../vm/index.ts";
import type { Kernel } from "../kernel.ts";
import { ArrayMap } from "./array-map.ts";
import { ownSlot, perCpuBytes, perCpuOf, updateOwnSlot } from "./per-cpu.ts";

/** `BPF_MAP_TYPE_PERCPU_ARRAY`: user calls see the values of all CPUs, programs that of the CPU they run on. */
export class PerCpuArrayMap extends ArrayMap {
  constructor(kernel: Kernel, options: MapOptions) {
    super(kernel, options, perCpuBytes(kernel, options.valueSize));
  }

  override get lookupTable(): LookupTable {
    return { ...this.arrayTable, perCpu: perCpuOf(this.kernel, this.options.valueSize) };
  }

  override lookup(key: number): number {
    return ownSlot(this.kernel, this.options.valueSize, super.lookup(key));
  }

  override updateFromProgram(key: number, value: number, flags: number): number {
    return updateOwnSlot(this, this.kernel, key, value, flags);
  }
}
