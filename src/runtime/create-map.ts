import { assertInteger, assertName, assertObject } from "../arguments.ts";
import { bytes, type Codec, isPerCpu, type PerCpuCodec, u32 } from "../codec/index.ts";
import { EbpfError } from "../errors.ts";
import { MapType, mapTypes } from "../platform/index.ts";
import { BpfMap } from "./map.ts";
import { MapResource } from "./map-resource.ts";
import type { Session } from "./resource.ts";

export interface CreateMapOptions<K, V> {
  readonly name?: string;
  /** Map type number: `MapType.HASH`, … */
  readonly type: number;
  readonly key: Codec<K>;
  /** Per-CPU maps take `perCpu(codec, runtime.cpus)`: their values are arrays, by CPU. */
  readonly value: Codec<V>;
  readonly maxEntries: number;
}

/** A queue, a stack or a ring: values without keys. */
export interface KeylessMapOptions<V> {
  readonly name?: string;
  readonly type: number;
  /** Absent for rings, whose records are of any size. */
  readonly value?: Codec<V>;
  /** Rings: bytes (of each CPU's ring). */
  readonly maxEntries: number;
}

/** A map of maps. */
export interface MapOfMapsOptions<K> {
  readonly name?: string;
  readonly type: number;
  readonly key: Codec<K>;
  /** A map that every inner map must look like; it may be closed afterwards. */
  readonly inner: BpfMap;
  readonly maxEntries: number;
}

type AnyOptions = Partial<CreateMapOptions<unknown, unknown>> &
  Partial<MapOfMapsOptions<unknown>> & { readonly type: number; readonly maxEntries: number };

/** Creates a map; throws what the kernel refuses, and `EBPF_INVALID_ARGUMENT` for a codec that cannot be. */
export function newMap(session: Session, options: AnyOptions): BpfMap<unknown, unknown> {
  assertObject(options, "What a map is made with");
  assertInteger(options.type, "A map's type, one of MapType,");
  for (const codec of [options.key, options.value, options.inner])
    if (codec !== undefined) assertObject(codec, "A codec");
  assertName(options.name ?? "", "A map's name");
  const { type, maxEntries, name = "", key = bytes(0), inner } = options;
  const value = options.value ?? (inner === undefined && type !== MapType.PROG_ARRAY ? bytes(0) : u32);
  const handle = session.engine.createMap({
    name,
    type,
    maxEntries,
    keySize: key.size,
    valueSize: valueSize(type, value),
    ...(inner === undefined ? {} : { inner: inner.handle }),
  });
  return new BpfMap(new MapResource(session, handle), key, value);
}

/** Bytes of one CPU's value. */
function valueSize(type: number, value: Codec<unknown> | PerCpuCodec<unknown>): number {
  const perCpu = mapTypes[type]?.perCpu === true && type !== MapType.PERF_EVENT_ARRAY;
  if (perCpu !== isPerCpu(value)) {
    throw new EbpfError(
      "EBPF_INVALID_ARGUMENT",
      `Maps of type ${mapTypes[type]?.name ?? type} ${perCpu ? "have a value for each CPU" : "have one value for all CPUs"}`,
      {
        hint: perCpu ? "Give perCpu(codec, runtime.cpus) for the value." : "Give a codec without perCpu for the value.",
      },
    );
  }
  return isPerCpu(value) ? value.element.size : value.size;
}
