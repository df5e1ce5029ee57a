import { EbpfResult } from "../../platform/index.ts";
import type { PerCpu } from "../../vm/index.ts";
import type { Kernel } from "../kernel.ts";
import type { KernelMap } from "./kernel-map.ts";
import { pad8 } from "./pad.ts";

/** Bytes of a per-CPU value: one for each CPU, each padded to 8 bytes. */
export function perCpuBytes(kernel: Kernel, valueSize: number): number {
  return pad8(valueSize) * kernel.cpus;
}

/** The same, for compiled code. */
export function perCpuOf(kernel: Kernel, valueSize: number): PerCpu {
  return { word: kernel.cpuWord, stride: pad8(valueSize) };
}

/** The running CPU's slot of the per-CPU value at `value`; 0 stays 0. */
export function ownSlot(kernel: Kernel, valueSize: number, value: number): number {
  return value === 0 ? 0 : value + pad8(valueSize) * kernel.cpu;
}

/**
 * What a program's update does in a per-CPU map: a missing entry is made of zeros first, then the running CPU's slot is
 * written. `flags` count only while the key is missing: `BPF_NOEXIST` does not fail on an existing one
 * (libs/execution_context/ebpf_maps.c, _update_entry_per_cpu).
 */
export function updateOwnSlot(map: KernelMap, kernel: Kernel, key: number, value: number, flags: number): number {
  if (map.find(key, false) < 0) {
    const result = map.update(key, 0, flags);
    if (result !== EbpfResult.SUCCESS) return result;
  }
  const { valueSize } = map.options;
  const slot = ownSlot(kernel, valueSize, map.find(key, false));
  kernel.memory.bytes.copyWithin(slot, value, value + valueSize);
  return EbpfResult.SUCCESS;
}
