import { expect } from "vitest";
import type { MapType } from "../../src/index.ts";
import { type Row, row } from "./row.ts";

const EBADF = -9;
const EINVAL = -22;
const ENOMEM = -12;
const ENOTSUP = -129;
type Name = keyof typeof MapType;

/** A condition of the table, and what creation answers: type, key size, value size, entries. */
interface Refusal {
  readonly id: string;
  readonly given: string;
  readonly maps: readonly (readonly [Name, number, number, number])[];
  readonly result: number;
}

const keyed: readonly Name[] = [
  "HASH",
  "ARRAY",
  "PERCPU_HASH",
  "PERCPU_ARRAY",
  "LRU_HASH",
  "LRU_PERCPU_HASH",
  "PROG_ARRAY",
];

/** Creation checks (facts: maps.md §1). */
const table: readonly Refusal[] = [
  { id: "unspec", given: "no type", maps: [["UNSPEC", 4, 4, 1]], result: ENOTSUP },
  {
    id: "unspec, size 0",
    given: "no type and a size of 0",
    maps: [
      ["UNSPEC", 0, 4, 1],
      ["UNSPEC", 4, 0, 1],
    ],
    result: EINVAL,
  },
  {
    id: "key size 0",
    given: "a key size of 0 where there must be keys",
    maps: keyed.map((type) => [type, 0, 4, 1] as const),
    result: EINVAL,
  },
  {
    id: "value size 0",
    given: "a value size of 0 where there must be values",
    maps: [...keyed, "QUEUE" as const, "STACK" as const].map(
      (type) => [type, type === "QUEUE" || type === "STACK" ? 0 : 4, 0, 1] as const,
    ),
    result: EINVAL,
  },
  { id: "no entries", given: "no entries", maps: keyed.map((type) => [type, 4, 4, 0] as const), result: EINVAL },
  {
    id: "key of the keyless",
    given: "a key size where there are no keys",
    maps: [
      ["QUEUE", 4, 4, 1],
      ["STACK", 4, 4, 1],
      ["RINGBUF", 4, 0, 4096],
    ],
    result: EINVAL,
  },
  {
    id: "ring, power of two",
    given: "a ring size that is no power of two",
    maps: [
      ["RINGBUF", 0, 0, 4097],
      ["PERF_EVENT_ARRAY", 0, 0, 12_288],
    ],
    result: EINVAL,
  },
  {
    id: "ring, page",
    given: "a ring size that is less than a page",
    maps: [
      ["RINGBUF", 0, 0, 1024],
      ["PERF_EVENT_ARRAY", 0, 0, 2048],
    ],
    result: ENOMEM,
  },
  {
    id: "trie",
    given: "a trie's key without room for its prefix length",
    maps: [
      ["LPM_TRIE", 3, 4, 1],
      ["LPM_TRIE", 1, 4, 1],
    ],
    result: EINVAL,
  },
  {
    id: "ids",
    given: "values of other than 4 bytes where they are objects",
    maps: [
      ["PROG_ARRAY", 4, 8, 1],
      ["PROG_ARRAY", 4, 2, 1],
    ],
    result: EINVAL,
  },
  {
    id: "no template",
    given: "a map of maps without a template",
    maps: [
      ["HASH_OF_MAPS", 4, 4, 1],
      ["ARRAY_OF_MAPS", 4, 4, 1],
    ],
    result: EBADF,
  },
  {
    id: "custom",
    given: "a custom type that nobody provides",
    maps: [
      ["SAMPLE_HASH_MAP", 4, 4, 1],
      ["XSKMAP", 4, 4, 1],
    ],
    result: EINVAL,
  },
  { id: "128 GiB", given: "more than 128 GiB", maps: [["ARRAY", 4, 0x8000_0000, 65]], result: EINVAL },
];

/** Creation checks, one row each. */
export const mapCreationRows: readonly Row[] = [
  ...table.map(({ id, given, maps, result }) =>
    row(`maps 1: ${id}`, `given ${given}, when created, then ${result}`, ({ bpf, type }) => {
      for (const [name, key, value, entries] of maps) {
        expect([name, key, value, entries, bpf.bpf_map_create(type[name], null, key, value, entries)]).toEqual([
          ...[name, key, value, entries],
          result,
        ]);
        expect(bpf.errno).toBe(-result);
      }
    }),
  ),

  row("maps 1: unknown", "given a type that there is not, when created, then EINVAL", ({ bpf }) => {
    expect(bpf.bpf_map_create(9999, null, 4, 4, 1)).toBe(EINVAL);
  }),

  row("maps 1: options", "given flags, a NUMA node or an interface, when created, then EINVAL", ({ bpf, type }) => {
    const create = (options: object) => bpf.bpf_map_create(type.HASH, null, 4, 4, 1, options);
    expect([create({ map_flags: 1 }), create({ numa_node: 1 }), create({ map_ifindex: 1 })]).toEqual([
      EINVAL,
      EINVAL,
      EINVAL,
    ]);
    expect(create({ map_extra: 1 })).toBeGreaterThan(0);
  }),

  row(
    "maps 1: inner",
    "given an inner map for another type, then EINVAL; a descriptor that is not open is not looked at",
    (kit) => {
      const inner = kit.map("ARRAY");
      const create = (name: Name, inner_map_fd: number) =>
        kit.bpf.bpf_map_create(kit.type[name], null, 4, 4, 1, { inner_map_fd });
      expect([create("HASH", inner), create("ARRAY", inner)]).toEqual([EINVAL, EINVAL]);
      kit.opened(create("PROG_ARRAY", inner));
      kit.opened(create("HASH", 999));
      expect([create("ARRAY_OF_MAPS", 999), create("HASH_OF_MAPS", -1)]).toEqual([EBADF, EBADF]);
    },
  ),

  row("maps 1: name", "given a name of 63 bytes, then created; of 64, then EINVAL", ({ bpf, type, opened }) => {
    opened(bpf.bpf_map_create(type.ARRAY, "n".repeat(63), 4, 4, 1));
    expect(bpf.bpf_map_create(type.ARRAY, "n".repeat(64), 4, 4, 1)).toBe(EINVAL);
    expect(bpf.bpf_map_create(type.ARRAY, "é".repeat(32), 4, 4, 1)).toBe(EINVAL);
  }),

  row(
    "maps 1: deprecated",
    "given the deprecated calls, when created, then as bpf_map_create",
    ({ bpf, type, opened }) => {
      const inner = opened(bpf.bpf_create_map(type.ARRAY, 4, 4, 1, 0));
      opened(bpf.bpf_create_map_in_map(type.ARRAY_OF_MAPS, "m", 4, inner, 1, 0));
      expect(bpf.bpf_create_map(type.ARRAY, 4, 4, 1, 1)).toBe(EINVAL);
      expect(bpf.bpf_create_map_in_map(type.ARRAY_OF_MAPS, "m", 4, 999, 1, 0)).toBe(EBADF);
      opened(bpf.bpf_create_map_xattr({ map_type: type.HASH, key_size: 4, value_size: 4, max_entries: 1 }));
    },
  ),
];
