/**
 * Windows' map types (ebpf-for-windows, include/ebpf_structs.h) with the sizes that creation demands
 * (libs/execution_context/ebpf_maps.c). Numbers differ from Linux' from 4 on.
 */
export interface MapTypeRow {
  readonly number: number;
  /** What `libbpf_bpf_map_type_str` prints. */
  readonly name: string;
  /** The same type's number on Linux; undefined where Linux has none. */
  readonly linuxNumber: number | undefined;
  readonly perCpu: boolean;
  /** Provided by an extension, not by the execution context. */
  readonly custom: boolean;
  /** What a value is to the verifier. */
  readonly valueKind: "any" | "program" | "map";
  /** Array kinds: every key below `maxEntries` exists. */
  readonly isArray: boolean;
}

const row = (
  number: number,
  name: string,
  linuxNumber: number | undefined,
  options: Partial<Pick<MapTypeRow, "perCpu" | "custom" | "valueKind" | "isArray">> = {},
): MapTypeRow => ({
  number,
  name,
  linuxNumber,
  perCpu: false,
  custom: false,
  valueKind: "any",
  isArray: false,
  ...options,
});

/** Every map type; the index is the Windows number. */
export const mapTypes: readonly MapTypeRow[] = [
  row(0, "unspec", 0),
  row(1, "hash", 1),
  row(2, "array", 2, { isArray: true }),
  row(3, "prog_array", 3, { valueKind: "program", isArray: true }),
  row(4, "percpu_hash", 5, { perCpu: true }),
  row(5, "percpu_array", 6, { perCpu: true, isArray: true }),
  row(6, "hash_of_maps", 13, { valueKind: "map" }),
  row(7, "array_of_maps", 12, { valueKind: "map", isArray: true }),
  row(8, "lru_hash", 9),
  row(9, "lpm_trie", 11),
  row(10, "queue", 22),
  row(11, "lru_percpu_hash", 10, { perCpu: true }),
  row(12, "stack", 23),
  row(13, "ringbuf", 27),
  row(14, "perf_event_array", 4, { perCpu: true }),
  row(15, "sample_hash_map", undefined, { custom: true }),
  row(16, "xskmap", 17, { custom: true }),
];

/** Map type numbers by name. */
export const MapType = {
  UNSPEC: 0,
  HASH: 1,
  ARRAY: 2,
  PROG_ARRAY: 3,
  PERCPU_HASH: 4,
  PERCPU_ARRAY: 5,
  HASH_OF_MAPS: 6,
  ARRAY_OF_MAPS: 7,
  LRU_HASH: 8,
  LPM_TRIE: 9,
  QUEUE: 10,
  LRU_PERCPU_HASH: 11,
  STACK: 12,
  RINGBUF: 13,
  PERF_EVENT_ARRAY: 14,
  SAMPLE_HASH_MAP: 15,
  XSKMAP: 16,
} as const;
