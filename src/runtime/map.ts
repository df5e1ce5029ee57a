import { type Codec, encodeValue } from "../codec/index.ts";
import { type Engine, type Handle, type MapInfo, UpdateFlag } from "../engine/index.ts";
import { EbpfError } from "../errors.ts";
import { mapTypes } from "../platform/index.ts";
import { Resource, type Session } from "./resource.ts";

/** What `set` does with a key: whatever it takes, only make a new entry, or only replace an existing one. */
export type SetMode = "any" | "create" | "replace";

const updateFlags: Readonly<Record<SetMode, number>> = {
  any: UpdateFlag.ANY,
  create: UpdateFlag.NOEXIST,
  replace: UpdateFlag.EXIST,
};

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

  /** @internal */
  constructor(resource: MapResource, key: Codec<K>, value: Codec<V>) {
    const { info } = resource;
    if (key.size !== info.keySize || value.size !== info.valueSize) {
      throw new EbpfError(
        "EBPF_INVALID_ARGUMENT",
        `Map ${JSON.stringify(info.name)} has keys of ${info.keySize} and values of ${info.valueSize} bytes, ` +
          `the codecs ${key.size} and ${value.size}`,
        { hint: "Give codecs of exactly these sizes." },
      );
    }
    this.name = info.name;
    this.info = info;
    this.key = key;
    this.value = value;
    this.#resource = resource;
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

  /**
   * The same map through other codecs; closing either closes both.
   *
   * Throws `EBPF_INVALID_ARGUMENT` where a codec's size is not the map's.
   */
  as<K2, V2>(key: Codec<K2>, value: Codec<V2>): BpfMap<K2, V2> {
    return new BpfMap(this.#resource, key, value);
  }

  /** The value of `key`; undefined where there is none. */
  get(key: K): V | undefined {
    const found = this.#engine.lookup(this.handle, encodeValue(this.key, key, "key"));
    return found === undefined ? undefined : this.value.decode(found, 0);
  }

  has(key: K): boolean {
    return this.#engine.lookup(this.handle, encodeValue(this.key, key, "key")) !== undefined;
  }

  /**
   * Writes one entry.
   *
   * Throws `EBPF_ALREADY_EXISTS` (mode `"create"`), `EBPF_NOT_FOUND` (mode `"replace"`), `EBPF_NO_MEMORY`, and
   * `EBPF_INVALID_ARGUMENT` for an array index beyond the end.
   */
  set(key: K, value: V, mode: SetMode = "any"): this {
    this.#engine.update(
      this.handle,
      encodeValue(this.key, key, "key"),
      encodeValue(this.value, value),
      updateFlags[mode],
    );
    return this;
  }

  /** Removes one entry and says whether it was there. Array kinds keep every key: deleting writes zeros (Windows). */
  delete(key: K): boolean {
    return this.#engine.delete(this.handle, encodeValue(this.key, key, "key"));
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
      const value = this.#engine.lookup(this.handle, key);
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

  get #engine(): Engine {
    return this.#resource.engine;
  }

  *#rawKeys(): IterableIterator<Uint8Array> {
    const seen = new Set<string>();
    let key = this.#engine.nextKey(this.handle, undefined);
    while (key !== undefined) {
      // A key deleted meanwhile makes the kernel start over from the first one.
      const text = Buffer.from(key.buffer, key.byteOffset, key.byteLength).toString("latin1");
      if (seen.has(text)) return;
      seen.add(text);
      yield key;
      key = this.#engine.nextKey(this.handle, key);
    }
  }
}

/**
 * The kernel's map behind every `BpfMap` of it.
 * @internal
 */
export class MapResource extends Resource {
  readonly info: MapInfo;

  constructor(session: Session, handle: Handle) {
    const info = session.engine.mapInfo(handle);
    super(session, handle, `Map ${JSON.stringify(info.name)}`);
    this.info = info;
  }

  get engine(): Engine {
    return this.session.engine;
  }
}
