import { EbpfResult } from "../../platform/index.ts";
import type { Memory } from "../../vm/index.ts";
import type { KernelMap } from "./kernel-map.ts";

/** An array's index: the first four bytes of the key, little-endian; missing ones are zero. */
export function arrayIndex(map: KernelMap, { bytes, data }: Memory, key: number): number {
  if (map.options.keySize >= 4) return data.getUint32(key, true);
  let index = 0;
  for (let i = Math.min(map.options.keySize, 4) - 1; i >= 0; i--) index = (index << 8) | bytes[key + i];
  return index >>> 0;
}

/** `nextKey` of every array kind. An index of 0xffffffff wraps to 0, as the addition in Windows does. */
export function nextArrayKey(map: KernelMap, memory: Memory, previous: number, into: number): number {
  const { keySize, maxEntries } = map.options;
  const next = previous === 0 ? 0 : (arrayIndex(map, memory, previous) + 1) >>> 0;
  if (next >= maxEntries) return EbpfResult.NO_MORE_KEYS;
  const { bytes } = memory;
  for (let i = 0; i < Math.min(keySize, 4); i++) bytes[into + i] = next >>> (8 * i);
  return EbpfResult.SUCCESS;
}
