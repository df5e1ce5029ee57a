import { type Batch, type BatchOptions, failure } from "../engine/index.ts";
import type { EbpfError } from "../errors.ts";
import { EbpfResult, mapTypes } from "../platform/index.ts";
import type { Kernel } from "./kernel.ts";
import { copyBytes, type KernelMap, nextKeysAndValues, pad8 } from "./maps/index.ts";
import type { KernelObject } from "./objects.ts";

/** Bytes that one message to the driver holds, both ways (libs/execution_context/ebpf_protocol.h). */
const MESSAGE_BYTES = 65_535;
/** Bytes in front of a message's key or data: header, then what each kind of message has. */
const HEADER_BYTES = 8;
const LOOKUP_BYTES = 17;
const UPDATE_BYTES = 20;
const BATCH_UPDATE_BYTES = 20;
const KEYS_BYTES = 16;
const CURSOR_AT = 17;
/** A key and a value that fit any message, together. */
const FITTING = 65_000;

/**
 * User calls on maps: keys and values are copied into kernel memory, passed by address, and results become errors.
 * Calls go through messages of limited size on Windows, and so do they here.
 */
export class MapCalls {
  readonly #kernel: Kernel;
  /** Kernel memory that holds the message; grown when needed. */
  #message = 0;
  #messageBytes = 0;

  constructor(kernel: Kernel) {
    this.#kernel = kernel;
  }

  /** The value: in `into`, which has its size, where given. */
  read(map: KernelMap, key: Uint8Array | undefined, remove: boolean, into?: Uint8Array): Uint8Array | undefined {
    const { keySize } = map.options;
    if (keySize + map.valueBytes > FITTING) limitLookup(map);
    const value = map.find(this.#passKey(map, key), remove);
    if (value > 0) {
      const { bytes } = this.#kernel.memory;
      if (into === undefined) return bytes.slice(value, value + map.valueBytes);
      copyBytes(bytes, value, into, 0, map.valueBytes);
      return into;
    }
    if (-value === EbpfResult.OBJECT_NOT_FOUND || -value === EbpfResult.KEY_NOT_FOUND) return undefined;
    throw failure(-value, `${describeMap(map)} cannot give a value for this key`);
  }

  update(map: KernelMap, key: Uint8Array | undefined, value: Uint8Array, flags: number): void {
    const { keySize } = map.options;
    const { length } = value;
    if (length !== map.valueBytes) throw sizeFailure(map, "value", length, map.valueBytes);
    limit(map, UPDATE_BYTES + keySize + length);
    const at = this.#passKey(map, key, length);
    const valueAt = at + pad8(keySize);
    copyBytes(value, 0, this.#kernel.memory.bytes, valueAt, length);
    if (flags !== 0 && flags !== 1 && flags !== 2) throw failure(EbpfResult.INVALID_ARGUMENT, `No flag is ${flags}`);
    const result = map.update(at, valueAt, flags);
    if (result !== EbpfResult.SUCCESS) throw refused(map, result);
  }

  updateObject(map: KernelMap, key: Uint8Array | undefined, object: KernelObject | undefined, flags: number): void {
    const at = this.#passKey(map, key);
    const result = map.updateObject(at, object, flags);
    if (result !== EbpfResult.SUCCESS) throw refused(map, result);
  }

  delete(map: KernelMap, key: Uint8Array | undefined): boolean {
    limit(map, KEYS_BYTES + map.options.keySize);
    const result = map.delete(this.#passKey(map, key));
    if (result === EbpfResult.KEY_NOT_FOUND || result === EbpfResult.OBJECT_NOT_FOUND) return false;
    if (result !== EbpfResult.SUCCESS) throw failure(result, `${describeMap(map)} cannot delete this key`);
    return true;
  }

  nextKey(map: KernelMap, key: Uint8Array | undefined): Uint8Array | undefined {
    const { keySize } = map.options;
    if (keySize === 0) throw failure(EbpfResult.OPERATION_NOT_SUPPORTED, `${describeMap(map)} has no keys`);
    limit(map, KEYS_BYTES + keySize);
    const previous = this.#passKey(map, key ?? new Uint8Array(keySize));
    const into = previous + pad8(keySize);
    this.#kernel.memory.bytes.fill(0, into, into + keySize);
    let result = map.nextKey(key === undefined ? 0 : previous, into);
    if (result === EbpfResult.KEY_NOT_FOUND) result = map.nextKey(0, into);
    if (result === EbpfResult.NO_MORE_KEYS) return undefined;
    if (result !== EbpfResult.SUCCESS) throw failure(result, `${describeMap(map)} has no order of keys`);
    return this.#kernel.memory.bytes.slice(into, into + keySize);
  }

  readBatch(map: KernelMap, { cursor, count, remove = false }: BatchOptions): Batch | undefined {
    const { keySize } = map.options;
    const { valueBytes } = map;
    const entry = keySize + valueBytes;
    const most = batchLimit(map, count, entry, HEADER_BYTES);
    const keys = new Uint8Array(count * keySize);
    const values = new Uint8Array(count * valueBytes);
    let read = 0;
    let previous = cursor;
    while (read < count) {
      const wanted = Math.min(count - read, most);
      const got = this.#readMessage(map, previous, wanted * entry, remove);
      if (got === undefined) return undefined;
      for (let at = 0; at < got.length; at += entry, read++) {
        keys.set(got.subarray(at, at + keySize), read * keySize);
        values.set(got.subarray(at + keySize, at + entry), read * valueBytes);
      }
      previous = remove ? undefined : keys.subarray((read - 1) * keySize, read * keySize);
      if (got.length < wanted * entry) break;
    }
    return { count: read, keys: keys.subarray(0, read * keySize), values: values.subarray(0, read * valueBytes) };
  }

  updateBatch(map: KernelMap, keys: Uint8Array, values: Uint8Array, count: number, flags: number): void {
    const { keySize } = map.options;
    batchLimit(map, count, keySize + map.valueBytes, BATCH_UPDATE_BYTES);
    for (let i = 0; i < count; i++) {
      const value = values.subarray(i * map.valueBytes, (i + 1) * map.valueBytes);
      this.update(map, keys.subarray(i * keySize, (i + 1) * keySize), value, flags);
    }
  }

  deleteBatch(map: KernelMap, keys: Uint8Array, count: number): void {
    const { keySize } = map.options;
    batchLimit(map, count, keySize, KEYS_BYTES);
    for (let i = 0; i < count; i++) {
      if (this.delete(map, keys.subarray(i * keySize, (i + 1) * keySize))) continue;
      throw failure(EbpfResult.KEY_NOT_FOUND, `${describeMap(map)} has no key number ${i} of the batch`);
    }
  }

  /**
   * One message of a batch. Request and reply share a buffer, as buffered I/O has it on Windows, and the reply runs
   * over the request's cursor while entries are read. What that does to LPM tries and to reads that remove is Windows'
   * behaviour, too.
   */
  #readMessage(map: KernelMap, cursor: Uint8Array | undefined, bytes: number, remove: boolean): Uint8Array | undefined {
    const { memory } = this.#kernel;
    const total = Math.max(CURSOR_AT + map.options.keySize, HEADER_BYTES + bytes);
    const message = this.#take(total);
    memory.bytes.fill(0, message, message + total);
    memory.bytes[message + CURSOR_AT - 1] = remove ? 1 : 0;
    if (cursor !== undefined) memory.bytes.set(cursor.subarray(0, map.options.keySize), message + CURSOR_AT);
    const previous = cursor === undefined ? 0 : message + CURSOR_AT;
    const got = nextKeysAndValues(map, memory, previous, message + HEADER_BYTES, bytes, remove);
    if (got.result === EbpfResult.NO_MORE_KEYS || got.result === EbpfResult.KEY_NOT_FOUND) return undefined;
    if (got.result !== EbpfResult.SUCCESS) throw failure(got.result, `${describeMap(map)} cannot be read in batches`);
    return memory.bytes.slice(message + HEADER_BYTES, message + HEADER_BYTES + got.bytes);
  }

  /** Copies a key into kernel memory, with room for `more` bytes behind it, 8 bytes aligned; its address. */
  #passKey(map: KernelMap, key: Uint8Array | undefined, more = 0): number {
    const { keySize } = map.options;
    const given = key === undefined ? 0 : key.length;
    if (given !== keySize) throw sizeFailure(map, "key", given, keySize);
    const padded = pad8(keySize);
    const at = this.#take(padded + (more > padded ? more : padded));
    if (key !== undefined) copyBytes(key, 0, this.#kernel.memory.bytes, at, keySize);
    return at;
  }

  #take(bytes: number): number {
    if (bytes > this.#messageBytes || this.#message === 0) {
      const message = this.#kernel.memory.allocate(bytes, "metadata");
      if (this.#message !== 0) this.#kernel.memory.free(this.#message);
      this.#message = message;
      this.#messageBytes = bytes;
    }
    return this.#message;
  }
}

/** How many entries one message holds. Throws `EBPF_INVALID_ARGUMENT` where a batch is not possible. */
function batchLimit(map: KernelMap, count: number, entryBytes: number, headerBytes: number): number {
  const most = Math.floor((MESSAGE_BYTES - headerBytes) / entryBytes);
  if (count > 0 && map.options.keySize > 0 && map.options.valueSize > 0 && most > 0) return most;
  throw failure(EbpfResult.INVALID_ARGUMENT, `${describeMap(map)}: a batch of ${count} entries is not possible`);
}

function limit(map: KernelMap, bytes: number): void {
  if (bytes <= MESSAGE_BYTES) return;
  throw failure(
    EbpfResult.ARITHMETIC_OVERFLOW,
    `${describeMap(map)}: key and value do not fit a message of ${MESSAGE_BYTES} bytes`,
    "Programs can use the entry, user calls cannot.",
  );
}

/** Windows' library sees that a request is too long, its driver that a reply is, and they say it in different ways. */
function limitLookup(map: KernelMap): void {
  limit(map, LOOKUP_BYTES + map.options.keySize);
  if (HEADER_BYTES + map.valueBytes <= MESSAGE_BYTES) return;
  throw failure(
    EbpfResult.INVALID_ARGUMENT,
    `${describeMap(map)}: a value does not fit a message of ${MESSAGE_BYTES} bytes`,
    "Programs can use the entry, user calls cannot.",
  );
}

/** What `update` throws. */
export function refused(map: KernelMap, result: number): EbpfError {
  const { type, maxEntries } = map.options;
  const keys = mapTypes[type]?.isArray === true ? `Its keys are 0 to ${maxEntries - 1}.` : undefined;
  return failure(
    result,
    `${describeMap(map)} refuses the entry`,
    result === EbpfResult.INVALID_ARGUMENT ? keys : refusalHints.get(result),
  );
}

const refusalHints: ReadonlyMap<number, string> = new Map([
  [EbpfResult.OBJECT_ALREADY_EXISTS, 'The key is there: use mode "any" or "replace".'],
  [EbpfResult.KEY_ALREADY_EXISTS, 'The key is there: use mode "any" or "replace".'],
  [EbpfResult.KEY_NOT_FOUND, 'The key is not there: use mode "any" or "create".'],
  [EbpfResult.OUT_OF_SPACE, "Read or delete entries, or make the map larger."],
  [EbpfResult.NO_MEMORY, "Give simulate() a higher memoryLimit, or make maps smaller."],
]);

/** A map in the words of errors. */
export function describeMap(map: KernelMap): string {
  return `Map ${JSON.stringify(map.options.name)}`;
}

function sizeFailure(map: KernelMap, what: string, given: number, wanted: number): EbpfError {
  return failure(EbpfResult.INVALID_ARGUMENT, `${describeMap(map)} has a ${what} of ${wanted} bytes, not ${given}`);
}
