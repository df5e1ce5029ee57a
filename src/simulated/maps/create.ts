import { failure, type MapOptions } from "../../engine/index.ts";
import { EbpfResult, MapType, mapTypes } from "../../platform/index.ts";
import type { Kernel } from "../kernel.ts";
import type { KernelObject } from "../objects.ts";
import { ArrayMap } from "./array-map.ts";
import { ArrayOfMaps } from "./array-of-maps.ts";
import { CustomMap, type MapProvider } from "./custom-map.ts";
import { HashMap } from "./hash-map.ts";
import { HashOfMaps } from "./hash-of-maps.ts";
import { InnerTemplate } from "./inner-template.ts";
import type { KernelMap } from "./kernel-map.ts";
import { LpmTrie, PREFIX_LENGTH_BYTES } from "./lpm-trie.ts";
import { LruHashMap } from "./lru-hash-map.ts";
import { LruPerCpuHashMap } from "./lru-per-cpu-hash-map.ts";
import { perCpuBytes } from "./per-cpu.ts";
import { PerCpuArrayMap } from "./per-cpu-array-map.ts";
import { PerCpuHashMap } from "./per-cpu-hash-map.ts";
import { PerfEventArray } from "./perf-event-array.ts";
import { ProgArray } from "./prog-array.ts";
import { Queue } from "./queue.ts";
import { RingBuffer } from "./ring-buffer.ts";
import { Stack } from "./stack.ts";

/** Longest name of a map, program or object in bytes, its final NUL left out (BPF_OBJ_NAME_LEN is 64). */
const LONGEST_NAME = 63;
/** Bytes that one map's memory may have (EBPF_MAP_MAXIMUM_ALLOCATION). */
const LARGEST_ALLOCATION = 128 * 2 ** 30;

interface MapKind {
  readonly create: (kernel: Kernel, options: MapOptions, inner: KernelObject | undefined) => KernelMap;
  /** Sizes that must be 0, may be 0, or must not be. */
  readonly key: "none" | "any" | "some";
  readonly value: "any" | "some" | "id";
  /** Takes, ignores or refuses an inner map. */
  readonly inner: "taken" | "ignored" | "refused";
  /** Bytes that are allocated for each entry at once. */
  readonly entryBytes?: (kernel: Kernel, options: MapOptions) => number;
}

const KEYED = { key: "some", value: "some", inner: "refused" } as const;
const KEYLESS = { key: "none", value: "some", inner: "refused" } as const;

/** The map types that this kernel has. */
const kinds = new Map<number, MapKind>([
  [MapType.HASH, { ...KEYED, create: (kernel, options) => new HashMap(kernel, options) }],
  [
    MapType.ARRAY,
    {
      ...KEYED,
      create: (kernel, options) => new ArrayMap(kernel, options),
      entryBytes: (_, options) => options.valueSize,
    },
  ],
  [
    MapType.PROG_ARRAY,
    {
      key: "some",
      value: "id",
      inner: "ignored",
      create: (kernel, options) => new ProgArray(kernel, options),
      entryBytes: () => 8,
    },
  ],
  [MapType.PERCPU_HASH, { ...KEYED, create: (kernel, options) => new PerCpuHashMap(kernel, options) }],
  [
    MapType.PERCPU_ARRAY,
    {
      ...KEYED,
      create: (kernel, options) => new PerCpuArrayMap(kernel, options),
      entryBytes: (kernel, options) => perCpuBytes(kernel, options.valueSize),
    },
  ],
  [
    MapType.HASH_OF_MAPS,
    {
      key: "some",
      value: "id",
      inner: "taken",
      create: (kernel, options, inner) => new HashOfMaps(kernel, options, new InnerTemplate(options.name, inner)),
    },
  ],
  [
    MapType.ARRAY_OF_MAPS,
    {
      key: "some",
      value: "id",
      inner: "taken",
      create: (kernel, options, inner) => new ArrayOfMaps(kernel, options, new InnerTemplate(options.name, inner)),
      entryBytes: () => 8,
    },
  ],
  [MapType.LRU_HASH, { ...KEYED, create: (kernel, options) => new LruHashMap(kernel, options) }],
  [MapType.LPM_TRIE, { ...KEYED, create: (kernel, options) => new LpmTrie(kernel, options) }],
  [
    MapType.QUEUE,
    {
      ...KEYLESS,
      create: (kernel, options) => new Queue(kernel, options),
      entryBytes: (_, options) => options.valueSize + 8,
    },
  ],
  [MapType.LRU_PERCPU_HASH, { ...KEYED, create: (kernel, options) => new LruPerCpuHashMap(kernel, options) }],
  [
    MapType.STACK,
    {
      ...KEYLESS,
      create: (kernel, options) => new Stack(kernel, options),
      entryBytes: (_, options) => options.valueSize + 8,
    },
  ],
  [
    MapType.RINGBUF,
    { key: "none", value: "any", inner: "refused", create: (kernel, options) => new RingBuffer(kernel, options) },
  ],
  [
    MapType.PERF_EVENT_ARRAY,
    { key: "any", value: "any", inner: "refused", create: (kernel, options) => new PerfEventArray(kernel, options) },
  ],
]);

/** Custom maps ignore an inner map, and their provider has a say in what is made. */
function customKind(provider: MapProvider): MapKind {
  return {
    key: "some",
    value: "some",
    inner: "ignored",
    create(kernel, options) {
      if (provider.create?.(options) !== false) return new CustomMap(kernel, options, provider);
      throw failure(EbpfResult.INVALID_ARGUMENT, `Map ${JSON.stringify(options.name)} is refused by its provider`);
    },
  };
}

/**
 * Creates a map after the checks that Windows makes, in Windows' order (libs/execution_context/ebpf_maps.c): unknown
 * type, custom type without a provider, sizes, name, unspecified type, then what the type itself demands. The map comes
 * with one reference, the caller's. Throws the `EbpfError` of the first check that fails, or `EBPF_NO_MEMORY`.
 */
export function createMap(kernel: Kernel, options: MapOptions, inner?: KernelObject): KernelMap {
  const refuse = (result: number, why: string) => failure(result, `Map ${JSON.stringify(options.name)}: ${why}`);
  const { INVALID_ARGUMENT } = EbpfResult;
  const row = mapTypes[options.type];
  if (row === undefined) throw refuse(INVALID_ARGUMENT, `there is no map type ${options.type}`);
  const provider = kernel.mapProviders.get(options.type);
  if (row.custom && provider === undefined) {
    throw refuse(EbpfResult.EXTENSION_FAILED_TO_LOAD, `nothing provides maps of the custom type ${row.name}`);
  }
  const kind = row.custom && provider !== undefined ? customKind(provider) : kinds.get(options.type);
  const { keySize, valueSize, maxEntries } = options;
  for (const size of [keySize, valueSize, maxEntries]) {
    if (!Number.isInteger(size) || size < 0 || size > 0xffff_ffff) throw refuse(INVALID_ARGUMENT, `no size is ${size}`);
  }
  if (keySize === 0 && (kind?.key ?? "some") === "some") throw refuse(INVALID_ARGUMENT, "a key size of 0");
  if (valueSize === 0 && kind?.value !== "any") throw refuse(INVALID_ARGUMENT, "a value size of 0");
  if (maxEntries === 0) throw refuse(INVALID_ARGUMENT, "no entries");
  if (row.perCpu && perCpuBytes(kernel, valueSize) > 0xffff_ffff) {
    throw refuse(EbpfResult.ARITHMETIC_OVERFLOW, "the values of all CPUs are too large");
  }
  if (Buffer.byteLength(options.name) > LONGEST_NAME) {
    throw refuse(INVALID_ARGUMENT, `the name is longer than ${LONGEST_NAME} bytes`);
  }
  if (kind === undefined) throw refuse(EbpfResult.OPERATION_NOT_SUPPORTED, "its type is not specified");
  if (kind.inner === "refused" && inner !== undefined) throw refuse(INVALID_ARGUMENT, `${row.name} has no inner map`);
  if (kind.key === "none" && keySize !== 0) throw refuse(INVALID_ARGUMENT, `${row.name} has no keys`);
  if (kind.value === "id" && valueSize !== 4) throw refuse(INVALID_ARGUMENT, "its values are 4 bytes");
  if (options.type === MapType.LPM_TRIE && keySize < PREFIX_LENGTH_BYTES) {
    throw refuse(INVALID_ARGUMENT, "its keys begin with a prefix length of 4 bytes");
  }
  if (maxEntries * (kind.entryBytes?.(kernel, options) ?? 0) > LARGEST_ALLOCATION) {
    throw refuse(INVALID_ARGUMENT, "it is larger than 128 GiB");
  }
  const map = kind.create(kernel, options, inner).acquire();
  try {
    map.prepare();
    return map;
  } catch (error) {
    map.release();
    throw error;
  }
}
