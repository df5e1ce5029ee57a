import type { Engine, MapInfo } from "../engine/index.ts";
import { MapType } from "../platform/index.ts";

/** Bytes of one message to Windows' driver, and of its header (libs/execution_context/ebpf_protocol.h). */
const MESSAGE_BYTES = 65_535;
const HEADER_BYTES = 8;

/**
 * How many entries to ask for at once so that Windows gives all of them. A library call of several messages fails as a whole
 * when the last finds nothing more, so that a map that ends with a message would be lost (_ebpf_map_lookup_element_batch_helper,
 * libs/api/ebpf_api.cpp). Of prefix tries no more than one entry can be read behind a cursor: the second lies over it,
 * and what is left of it is refused as a prefix (_next_lpm_map_key_and_value, libs/execution_context/ebpf_maps.c).
 */
export function batchSize(
  engine: Engine,
  { keySize, type }: MapInfo,
  valueBytes: number,
  wanted: number,
  cursor: Uint8Array | undefined,
): number {
  if (engine.kind === "libbpf") return wanted;
  if (type === MapType.LPM_TRIE && cursor !== undefined) return 1;
  // An entry that is larger than a message is refused: the call says so.
  return Math.max(1, Math.min(wanted, Math.floor((MESSAGE_BYTES - HEADER_BYTES) / (keySize + valueBytes))));
}
