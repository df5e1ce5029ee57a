import { assertFunction, assertIterable, assertObject, assertSignal, assertWord } from "../arguments.ts";
import { type Codec, encodeValue, worksInPlace } from "../codec/index.ts";
import { type Engine, type Handle, type MapInfo, UpdateFlag } from "../engine/index.ts";
import { EbpfError } from "../errors.ts";
import { MapType, mapTypes } from "../platform/index.ts";
import { ColumnWriter } from "./column-writer.ts";
import { DirectCalls } from "./direct-calls.ts";
import { MapBatch } from "./map-batch.ts";
import { MapBuffers } from "./map-buffers.ts";
import type { MapResource } from "./map-resource.ts";
import { pinPath } from "./pin-path.ts";
import { placeOf } from "./place.ts";
import { readBatches } from "./read-batches.ts";
import { RecordIterator, RecordReader, type RingRecord } from "./records.ts";

/** What `set` does with a key: whatever it takes, only make a new entry, or only replace an existing one. */
export type SetMode = "any" | "create" | "replace";

const updateFlags: Readonly<Record<SetMode, number>> = {
  any: UpdateFlag.ANY,
  create: UpdateFlag.NOEXIST,
  replace: UpdateFlag.EXIST,
};

/** Throws `EBPF_INVALID_ARGUMENT` for what is no mode: a word that is misspelled must not mean `"any"`. */
function flagsOf(mode: SetMode): number {
  if (mode === "any") return UpdateFlag.ANY;
  assertWord(mode, "The mode", Object.keys(updateFlags));
  return updateFlags[mode];
}

/**
 * A kernel map, read and written like a JavaScript `Map`. Keys and values pass through codecs; what comes out is a
 * copy. Order of iteration is the map's own: for hash kinds it is arbitrary and differs from run to run.
 *
 * Every method throws `EBPF_CLOSED` after `close`, and `EBPF_INVALID_ARGUMENT` for a key or value that does not fit
 * its codec.
 */
export class BpfMap<K = unknown, V = unknown> {
  readonly name: string;
  /** What the kernel says of the map; sizes are bytes. */
  readonly info: MapInfo;
  readonly key: Codec<K>;
  readonly value: Codec<V>;
  readonly #resource: MapResource;
  readonly #buffers: MapBuffers;
  readonly #direct: DirectCalls<K, V>;
  /** Whether codecs neither keep what they are given nor call anything: others get bytes of their own. */
  readonly #isOurs: boolean;
  #records: RecordReader | undefined;

  /** @internal */
  constructor(resource: MapResource, key: Codec<K>, value: Codec<V>) {
    const { info, valueBytes } = resource;
    if (key.size !== info.keySize || value.size !== valueBytes) {
      const perCpu = resource.perCpu ? " on every CPU" : "";
      throw new EbpfError(
        "EBPF_INVALID_ARGUMENT",
        `Map ${JSON.stringify(info.name)} has keys of ${info.keySize} and values of ${info.valueSize} bytes${perCpu}, ` +
          `the codecs ${key.size} and ${value.size}`,
        { hint: resource.perCpu ? "Give perCpu(codec, runtime.cpus)." : "Give codecs of exactly these sizes." },
      );
    }
    this.name = info.name;
    this.info = info;
    this.key = key;
    this.value = value;
    this.#resource = resource;
    this.#isOurs = worksInPlace(key) && worksInPlace(value);
    this.#buffers = new MapBuffers(key.size, value.size, this.#isOurs);
    this.#direct = new DirectCalls(key, value);
  }

  /** Name of the map's type, `"hash"`. */
  get type(): string {
    return mapTypes[this.info.type]?.name ?? String(this.info.type);
  }

  get closed(): boolean {
    return this.#resource.closed;
  }

  /** Gives the kernel's map back. Safe to call twice. */
  close(): void {
    this.#resource.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  /** @internal */
  get handle(): Handle {
    return this.#resource.handle;
  }

  /** @internal */
  get engine(): Engine {
    return this.#resource.engine;
  }

  /**
   * The same map through other codecs; closing either closes both.
   *
   * Throws `EBPF_INVALID_ARGUMENT` where a codec's size is not the map's.
   */
  as<K2, V2>(key: Codec<K2>, value: Codec<V2>): BpfMap<K2, V2> {
    assertObject(key, "A key's codec");
    assertObject(value, "A value's codec");
    return new BpfMap(this.#resource, key, value);
  }

  /** The value of `key`; undefined where there is none. */
  get(key: K): V | undefined {
    this.#resource.assertOpen();
    const { cells } = this.#direct;
    if (cells?.writeKey(key)) return cells.get();
    const direct = this.#direct.take(this.#engine, this.handle, key);
    if (direct !== undefined) {
      try {
        const found = direct.find();
        return found < 0 ? undefined : this.value.decode(direct.bytes, found);
      } finally {
        direct.giveBack();
      }
    }
    const buffers = this.#buffers.take();
    try {
      const found = this.#engine.lookup(this.handle, buffers.encodeKey(this.key, key));
      return found === undefined ? undefined : this.value.decode(found, 0);
    } finally {
      buffers.giveBack();
    }
  }

  has(key: K): boolean {
    this.#resource.assertOpen();
    const { cells } = this.#direct;
    if (cells?.writeKey(key)) return cells.has();
    const direct = this.#direct.take(this.#engine, this.handle, key);
    if (direct !== undefined) {
      try {
        return direct.find() >= 0;
      } finally {
        direct.giveBack();
      }
    }
    const buffers = this.#buffers.take();
    try {
      return this.#engine.borrow(this.handle, buffers.encodeKey(this.key, key)) !== undefined;
    } finally {
      buffers.giveBack();
    }
  }

  /**
   * Writes one entry.
   *
   * Throws `EBPF_ALREADY_EXISTS` (mode `"create"`), `EBPF_NOT_FOUND` (mode `"replace"`), `EBPF_NO_MEMORY`, and
   * `EBPF_INVALID_ARGUMENT` for an array index beyond the end.
   */
  set(key: K, value: V, mode: SetMode = "any"): this {
    this.#resource.assertOpen();
    const { cells } = this.#direct;
    if (cells?.writeEntry(key, value)) {
      cells.update(flagsOf(mode));
      return this;
    }
    const direct = this.#direct.take(this.#engine, this.handle, key);
    if (direct !== undefined) {
      try {
        if (this.#direct.writeValue(direct, value)) {
          direct.update(flagsOf(mode));
          return this;
        }
      } finally {
        direct.giveBack();
      }
    }
    const buffers = this.#buffers.take();
    try {
      const encodedKey = buffers.encodeKey(this.key, key);
      this.#engine.update(this.handle, encodedKey, buffers.encodeValue(this.value, value), flagsOf(mode));
    } finally {
      buffers.giveBack();
    }
    return this;
  }

  /** Removes one entry and says whether it was there. Array kinds keep every key: deleting writes zeros (Windows). */
  delete(key: K): boolean {
    this.#resource.assertOpen();
    const { cells } = this.#direct;
    if (cells?.writeKey(key)) return cells.delete();
    const direct = this.#direct.take(this.#engine, this.handle, key);
    if (direct !== undefined) {
      try {
        return direct.delete();
      } finally {
        direct.giveBack();
      }
    }
    const buffers = this.#buffers.take();
    try {
      return this.#engine.delete(this.handle, buffers.encodeKey(this.key, key));
    } finally {
      buffers.giveBack();
    }
  }

  /** The value of `key`, which is taken out of the map: hash kinds only. Throws `EBPF_INVALID_ARGUMENT` in others. */
  take(key: K): V | undefined {
    const found = this.#engine.take(this.handle, encodeValue(this.key, key, "key"));
    return found === undefined ? undefined : this.value.decode(found, 0);
  }

  /**
   * Queues and stacks: adds a value. Throws `EBPF_NO_SPACE` where the map is full; with `replace` the oldest value is
   * dropped instead.
   */
  push(value: V, options: { readonly replace?: boolean } = {}): this {
    assertObject(options, "What push takes");
    const flags = options.replace === true ? UpdateFlag.EXIST : UpdateFlag.ANY;
    this.#engine.update(this.handle, undefined, encodeValue(this.value, value), flags);
    return this;
  }

  /** Queues and stacks: takes the next value out; undefined where the map is empty. */
  pop(): V | undefined {
    const found = this.#engine.take(this.handle, undefined);
    return found === undefined ? undefined : this.value.decode(found, 0);
  }

  /** Queues and stacks: the next value, which stays; undefined where the map is empty. */
  peek(): V | undefined {
    const found = this.#engine.lookup(this.handle, undefined);
    return found === undefined ? undefined : this.value.decode(found, 0);
  }

  /** Maps of maps and of programs: makes an entry refer to `object`; undefined empties it (not in hash kinds). */
  setObject(key: K, object: { readonly handle: Handle } | undefined): this {
    this.#engine.updateObject(this.handle, encodeValue(this.key, key, "key"), object?.handle, UpdateFlag.ANY);
    return this;
  }

  /** Maps of maps: the map that an entry refers to, open until it is closed; undefined where there is none. */
  getMap<K2, V2>(key: K, inner: { readonly key: Codec<K2>; readonly value: Codec<V2> }): BpfMap<K2, V2> | undefined {
    assertObject(inner, "What an inner map is read through");
    const id = this.#engine.lookup(this.handle, encodeValue(this.key, key, "key"));
    if (id === undefined) return undefined;
    const handle = this.#engine.openId("map", new DataView(id.buffer, id.byteOffset).getUint32(0, true));
    if (handle === undefined) return undefined;
    const resource = this.#resource.sibling(handle);
    try {
      return openMap(resource, inner);
    } catch (error) {
      resource.close();
      throw error;
    }
  }

  /** Writes many entries in as few calls as possible. Throws as `set` does, at the first entry that fails. */
  setMany(entries: Iterable<readonly [K, V]>, mode: SetMode = "any"): this {
    assertIterable(entries, "What is to be set");
    const list = [...entries];
    for (const entry of list) assertIterable(entry, "An entry");
    if (list.length === 0) return this;
    const keys = new ColumnWriter(this.key, list.length, "key");
    const values = new ColumnWriter(this.value, list.length, "value");
    for (const [index, [key, value]] of list.entries()) {
      keys.write(index, key);
      values.write(index, value);
    }
    this.#engine.updateBatch(this.handle, keys.bytes, values.bytes, list.length, flagsOf(mode));
    return this;
  }

  /**
   * The entries, read up to `size` at a time: the quickest way through a whole map. Windows gives at most 64 KiB at a time,
   * and of prefix tries one entry after the first of these. A map that changes meanwhile may repeat or leave out entries;
   * reading ends where it comes to a place where it was before.
   *
   * @example
   * for (const batch of map.batches()) for (const [key, value] of batch) total += value;
   */
  *batches(size = 1024): IterableIterator<MapBatch<K, V>> {
    for (const batch of readBatches(this.#resource, size)) yield new MapBatch(batch, this.key, this.value);
  }

  /**
   * Ring buffers and perf event arrays: the records that programs write, each a copy, from the first that nobody has
   * consumed. Ends when `signal` aborts or the loop is left. Two readers of one map share its records, as on Windows.
   */
  records(options: { readonly signal?: AbortSignal } = {}): AsyncIterableIterator<RingRecord> {
    assertObject(options, "What records takes");
    assertSignal(options.signal);
    return new RecordIterator(this.#recordReader(), options.signal);
  }

  /**
   * Ring buffers and perf event arrays: calls `callback` with every record that waits now, one after another, and says
   * how many there were. A record is consumed before its call: one that throws ends the reading, and the next goes on
   * behind it. Returning false ends it, too.
   */
  consume(callback: (record: RingRecord) => unknown): number {
    assertFunction(callback, "What records are given to");
    this.#records ??= this.#recordReader();
    let count = 0;
    try {
      for (let record = this.#records.take(); record !== undefined; record = this.#records.take()) {
        count++;
        if (callback(record) === false) break;
      }
    } finally {
      this.#records.settle();
    }
    return count;
  }

  /** Keeps the map alive under a path, `BPF:\\name`, after it is closed. Throws `EBPF_ALREADY_EXISTS`. */
  pin(path: string): this {
    this.#engine.pin(this.handle, pinPath(path));
    return this;
  }

  /**
   * The keys, each read from the kernel when asked for. A map that changes meanwhile may repeat or leave out keys; it
   * never ends in an endless loop as the raw call can on Windows, because every key is given at most once.
   */
  *keys(): IterableIterator<K> {
    for (const key of this.#rawKeys()) yield this.key.decode(key, 0);
  }

  *values(): IterableIterator<V> {
    for (const [, value] of this.entries()) yield value;
  }

  /** The entries, read one by one; entries that vanish between two reads are left out. */
  *entries(): IterableIterator<[K, V]> {
    for (const key of this.#rawKeys()) {
      const value = this.#isOurs ? this.#engine.borrow(this.handle, key) : this.#engine.lookup(this.handle, key);
      if (value !== undefined) yield [this.key.decode(key, 0), this.value.decode(value, 0)];
    }
  }

  [Symbol.iterator](): IterableIterator<[K, V]> {
    return this.entries();
  }

  /** Removes every entry; array kinds are filled with zeros. */
  clear(): void {
    for (const key of [...this.#rawKeys()]) this.#engine.delete(this.handle, key);
  }

  /** Counts the entries by walking them: the kernel keeps no count. */
  count(): number {
    let entries = 0;
    for (const _ of this.#rawKeys()) entries++;
    return entries;
  }

  #recordReader(): RecordReader {
    const rings = this.info.type === MapType.PERF_EVENT_ARRAY ? this.#engine.cpus : 1;
    const views = Array.from({ length: rings }, (_, index) => this.#engine.ring(this.handle, index));
    return new RecordReader(views, this.#resource);
  }

  get #engine(): Engine {
    return this.#resource.engine;
  }

  *#rawKeys(): IterableIterator<Uint8Array> {
    const seen = new Set<number | string>();
    let key = this.#engine.nextKey(this.handle, undefined);
    while (key !== undefined) {
      // A key deleted meanwhile makes the kernel start over from the first one.
      const place = placeOf(key);
      if (seen.has(place)) return;
      seen.add(place);
      yield key;
      key = this.#engine.nextKey(this.handle, key);
    }
  }
}

/** Codecs of a map that was not made here. */
export interface MapCodecs<K, V> {
  readonly key: Codec<K>;
  /** Per-CPU maps: `perCpu(codec, runtime.cpus)`. */
  readonly value: Codec<V>;
}

/**
 * A map through codecs.
 * @internal
 */
export function openMap<K, V>(resource: MapResource, { key, value }: MapCodecs<K, V>): BpfMap<K, V> {
  assertObject(key, "A key's codec");
  assertObject(value, "A value's codec");
  return new BpfMap(resource, key, value);
}
