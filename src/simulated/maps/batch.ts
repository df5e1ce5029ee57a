import { EbpfResult } from "../../platform/index.ts";
import type { Memory } from "../../vm/index.ts";
import type { KernelMap } from "./kernel-map.ts";

/**
 * Writes keys and values, one behind the other, to `into` until `capacity` bytes are full: those after the key at
 * `previous`, from the first for 0. Answers the result and how many bytes were written.
 *
 * With `remove`, an entry is deleted once the next one was found, as in Windows
 * (libs/execution_context/ebpf_maps.c, ebpf_map_get_next_key_and_value_batch). `previous` may lie where `into` writes.
 */
export function nextKeysAndValues(
  map: KernelMap,
  memory: Memory,
  previous: number,
  into: number,
  capacity: number,
  remove: boolean,
): { result: number; bytes: number } {
  const { keySize } = map.options;
  const record = keySize + map.valueBytes;
  let result: number = EbpfResult.SUCCESS;
  let bytes = 0;
  let last = previous;
  while (bytes + record <= capacity) {
    const key = into + bytes;
    result = map.nextKey(last, key);
    if (result !== EbpfResult.SUCCESS) break;
    const value = map.findListed(key);
    if (value > 0) memory.bytes.copyWithin(key + keySize, value, value + map.valueBytes);
    if (remove && last !== 0) {
      result = map.delete(last);
      if (result !== EbpfResult.SUCCESS) break;
    }
    last = key;
    bytes += record;
  }
  if (result === EbpfResult.NO_MORE_KEYS && bytes !== 0) result = EbpfResult.SUCCESS;
  if (remove && last !== 0 && bytes !== 0) {
    const deleted = map.delete(last);
    if (deleted !== EbpfResult.SUCCESS) result = deleted;
  }
  return { result, bytes };
}
