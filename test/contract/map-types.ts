import { expect } from "vitest";
import type { MapType } from "../../src/index.ts";
import { type Kit, type MapShape, u32 } from "./kit.ts";
import { type Row, row } from "./row.ts";

const EINVAL = -22;
const ENOENT = -2;
const ENOTSUP = -129;

/** What user calls on an empty map of a type answer, in C's return values. */
interface TypeRow {
  readonly type: keyof typeof MapType;
  readonly name: string;
  readonly shape?: MapShape;
  /** Makes the shape of types that need another map. */
  readonly template?: true;
  /** Bytes of a key of this type; null where it has none. */
  readonly key: Uint8Array | null;
  readonly lookup: number;
  readonly take: number;
  readonly delete: number;
  readonly nextKey: number;
  readonly batch: number;
}

/** HASH and its kin, empty. */
const hash = { key: u32(1), lookup: ENOENT, take: ENOENT, delete: ENOENT, nextKey: ENOENT, batch: ENOENT };
/** ARRAY and its kin: every key exists. */
const array = { key: u32(1), lookup: 0, take: EINVAL, delete: 0, nextKey: 0, batch: 0 };
/** Arrays of objects: every key exists, and holds nothing. */
const objects = { ...array, lookup: ENOENT };
const keyless = {
  key: null,
  shape: { key: 0 },
  lookup: ENOENT,
  take: ENOENT,
  delete: EINVAL,
  nextKey: ENOTSUP,
  batch: EINVAL,
};
/** Recorded; maps.md §6 has EINVAL for lookups. */
const ring = { ...keyless, shape: { key: 0, value: 0, entries: 4096 }, lookup: ENOTSUP, take: ENOTSUP };

/** Windows' map types (facts: maps.md §1). */
const table: readonly TypeRow[] = [
  { type: "HASH", name: "hash", ...hash },
  { type: "ARRAY", name: "array", ...array },
  { type: "PROG_ARRAY", name: "prog_array", ...objects },
  { type: "PERCPU_HASH", name: "percpu_hash", ...hash },
  { type: "PERCPU_ARRAY", name: "percpu_array", ...array },
  { type: "HASH_OF_MAPS", name: "hash_of_maps", template: true, ...hash, take: EINVAL },
  { type: "ARRAY_OF_MAPS", name: "array_of_maps", template: true, ...objects },
  { type: "LRU_HASH", name: "lru_hash", ...hash },
  { type: "LPM_TRIE", name: "lpm_trie", ...hash, shape: { key: 8 }, key: u32(32, 1), take: EINVAL },
  { type: "QUEUE", name: "queue", ...keyless },
  { type: "LRU_PERCPU_HASH", name: "lru_percpu_hash", ...hash },
  { type: "STACK", name: "stack", ...keyless },
  { type: "RINGBUF", name: "ringbuf", ...ring },
  { type: "PERF_EVENT_ARRAY", name: "perf_event_array", ...ring },
];

function check(kit: Kit, each: TypeRow): void {
  const { bpf } = kit;
  const map = kit.map(each.type, { ...each.shape, inner: each.template === true ? kit.map("ARRAY") : 0 });
  expect({
    name: bpf.libbpf_bpf_map_type_str(kit.type[each.type]),
    lookup: bpf.bpf_map_lookup_elem(map, each.key).ret,
    take: bpf.bpf_map_lookup_and_delete_elem(map, each.key).ret,
    delete: bpf.bpf_map_delete_elem(map, each.key),
    nextKey: bpf.bpf_map_get_next_key(map, null).ret,
    batch: bpf.bpf_map_lookup_batch(map, null, 2, {}).ret,
  }).toEqual({
    name: each.name,
    lookup: each.lookup,
    take: each.take,
    delete: each.delete,
    nextKey: each.nextKey,
    batch: each.batch,
  });
}

/** What Windows does with each map type, one row a type. */
export const mapTypeRows: readonly Row[] = [
  ...table.map((each) =>
    row(`maps 1: ${each.name}`, `given a map of type ${each.name}, then user calls answer as the table says`, (kit) =>
      check(kit, each),
    ),
  ),
  row("maps 1: names", "given type numbers, then their names; given another, then null", ({ bpf, type }) => {
    expect(bpf.libbpf_bpf_map_type_str(type.UNSPEC)).toBe("unspec");
    expect(bpf.libbpf_bpf_map_type_str(type.SAMPLE_HASH_MAP)).toBe("sample_hash_map");
    expect(bpf.libbpf_bpf_map_type_str(type.XSKMAP)).toBe("xskmap");
    expect(bpf.libbpf_bpf_map_type_str(9999)).toBeNull();
  }),
];
