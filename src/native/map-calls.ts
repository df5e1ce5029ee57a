import type { Batch, BatchOptions, DirectMap, Handle } from "../engine/index.ts";
import { failure } from "../engine/index.ts";
import { EbpfResult, MapType, mapTypes } from "../platform/index.ts";
import type { Channel } from "./addon.ts";
import { BatchMemory, ReadHow } from "./batch-memory.ts";
import { type ChannelCalls, ChannelMap } from "./direct-map.ts";
import { type MapAccess, type NativeHandle, nativeHandle } from "./handle.ts";
import type { Native } from "./native.ts";
import type { NativeSystem } from "./native-system.ts";

/** ENOENT: the same number on Windows and Linux. */
const NOT_THERE = -2;
/** Linux: ENOTSUPP, ENOSPC, E2BIG. */
const LINUX_ENOTSUPP = -524;
const LINUX_ENOSPC = -28;
const LINUX_E2BIG = -7;
/** Linux: a bucket with more entries than a batch has room for cannot be read; more room is given up to this. */
const LARGEST_BATCH = 1 << 20;

/** Reading and writing maps through the addon. */
export class MapCalls {
  readonly #native: Native;
  readonly #system: NativeSystem;
  readonly #calls: ChannelCalls = {
    notFound: (map, result) => this.#notFound(map, result),
    update: (map, flags) => this.#update(map, flags),
    delete: (map) => this.#delete(map),
  };

  constructor(native: Native, system: NativeSystem) {
    this.#native = native;
    this.#system = system;
  }

  /** The value of `key` as it lies in the map's buffer until the next call for this map. */
  borrow(map: Handle, key: Uint8Array | undefined): Uint8Array | undefined {
    const open = this.#free(map);
    writeKey(open, key);
    return this.#find(open) ? open.value : undefined;
  }

  /** The same calls without copies, for maps with keys. */
  direct(map: Handle): DirectMap | undefined {
    const open = this.#map(map);
    if (open.key.length === 0) return undefined;
    open.direct ??= new ChannelMap(open, this.#calls);
    return open.direct;
  }

  take(map: Handle, key: Uint8Array | undefined): Uint8Array | undefined {
    const open = this.#free(map);
    writeKey(open, key);
    const result = open.channel.take();
    if (result === undefined) return copyOf(open.value);
    // Windows calls it an invalid argument where a map's kind cannot do it.
    if (result === LINUX_ENOTSUPP) throw failure(EbpfResult.INVALID_ARGUMENT, `${nameOf(open)} gives nothing away`);
    return this.#absent(result, "bpf_map_lookup_and_delete_elem", open);
  }

  update(map: Handle, key: Uint8Array | undefined, value: Uint8Array, flags: number): void {
    const open = this.#free(map);
    writeKey(open, key);
    if (value.length !== open.value.length) {
      throw failure(
        EbpfResult.INVALID_ARGUMENT,
        `${nameOf(open)} has values of ${open.value.length} bytes, not ${value.length}`,
      );
    }
    open.value.set(value);
    this.#update(open, flags);
  }

  #find(open: MapAccess): boolean {
    const result = open.channel.lookup();
    return result === undefined || this.#notFound(open, result) >= 0;
  }

  #notFound(open: MapAccess, result: number): -1 {
    this.#absent(result, "bpf_map_lookup_elem", open);
    return -1;
  }

  #update(open: MapAccess, flags: number): void {
    assertTakesValues(open);
    const result = open.channel.update(flags);
    if (result === undefined) return;
    // Linux says "too big" of an array's index, Windows that it is invalid.
    if (result === LINUX_E2BIG && mapTypes[open.type]?.isArray === true) {
      throw failure(EbpfResult.INVALID_ARGUMENT, `${nameOf(open)} has no such index`);
    }
    throw this.#native.numberError("bpf_map_update_elem", result, nameOf(open), open.ref);
  }

  updateObject(map: Handle, key: Uint8Array | undefined, object: Handle | undefined, flags: number): void {
    if (object === undefined && this.#system.emptiesByDeleting) {
      this.delete(map, key ?? new Uint8Array(0));
      return;
    }
    const open = this.#map(map);
    const ref = object === undefined ? undefined : nativeHandle(object).ref;
    const result = this.#native.addon.updateObject(open.ref, key, ref, flags);
    this.#native.check(result, "bpf_map_update_elem", nameOf(open), open.ref);
  }

  delete(map: Handle, key: Uint8Array): boolean {
    const open = this.#free(map);
    writeKey(open, key);
    return this.#delete(open);
  }

  #delete(open: MapAccess): boolean {
    if (this.#system.deletesByZeros(open.type)) {
      open.value.fill(0);
      this.#update(open, 0);
      return true;
    }
    const result = open.channel.remove();
    if (result === undefined) return true;
    if (result === NOT_THERE) return false;
    throw this.#native.numberError("bpf_map_delete_elem", result, nameOf(open), open.ref);
  }

  nextKey(map: Handle, key: Uint8Array | undefined): Uint8Array | undefined {
    const open = this.#free(map);
    if (key !== undefined) writeKey(open, key);
    const result = open.channel.next(key === undefined ? 0 : 1);
    if (result === undefined) return copyOf(open.next);
    return this.#absent(result, "bpf_map_get_next_key", open);
  }

  readBatch(map: Handle, { cursor, count, remove = false }: BatchOptions): Batch | undefined {
    const open = this.#map(map);
    const isLinux = this.#native.system === "linux";
    const how = (cursor === undefined ? ReadHow.BEGINS : 0) | (remove ? ReadHow.REMOVES : 0);
    for (let room = count; ; room *= 4) {
      const memory = new BatchMemory(open.channel, room, cursor);
      const result = this.#native.addon.readBatch(open.ref, memory.buffer, room, how);
      // Linux tells the end together with the last entries, Windows by itself.
      if (result === 0 || (result === NOT_THERE && isLinux && memory.count > 0)) return memory.batch(isLinux);
      if (result === NOT_THERE) return undefined;
      if (!isLinux || result !== LINUX_ENOSPC || room >= LARGEST_BATCH) {
        throw this.#native.numberError("bpf_map_lookup_batch", result, nameOf(open), open.ref);
      }
    }
  }

  updateBatch(map: Handle, keys: Uint8Array, values: Uint8Array, count: number, flags: number): void {
    const open = this.#map(map);
    assertTakesValues(open);
    const result = this.#native.addon.updateBatch(open.ref, keys, values, count, flags);
    this.#native.check(result, "bpf_map_update_batch", nameOf(open), open.ref);
  }

  deleteBatch(map: Handle, keys: Uint8Array, count: number): void {
    const open = this.#map(map);
    const result = this.#native.addon.deleteBatch(open.ref, keys, count);
    this.#native.check(result, "bpf_map_delete_batch", nameOf(open), open.ref);
  }

  /** The sizes that the kernel has, with our number for the type. */
  shape(map: Handle): { readonly type: number; readonly channel: Channel } {
    return this.#map(map);
  }

  #map(map: Handle): MapAccess {
    const handle = nativeHandle(map, "map");
    handle.access ??= this.#openMap(handle);
    return handle.access;
  }

  /** A map's way in whose buffer may be written: another where a call of `direct` has begun to write there. */
  #free(map: Handle): MapAccess {
    const open = this.#map(map);
    if (open.direct?.isTaken !== true) return open;
    open.inner ??= this.#openMap(nativeHandle(map));
    return open.inner;
  }

  #openMap(handle: NativeHandle): MapAccess {
    const name = handle.mapNotes?.name ?? "";
    const what = mapNamed(name);
    const channel = this.#native.value(this.#native.addon.openMap(handle.ref), what, handle.ref);
    const type = this.#system.mapType(channel.type);
    const { buffer, keySize, nextOffset, valueOffset, valueBytes } = channel;
    return {
      name,
      ref: handle.ref,
      channel,
      key: new Uint8Array(buffer, 0, keySize),
      next: new Uint8Array(buffer, nextOffset, keySize),
      value: new Uint8Array(buffer, valueOffset, valueBytes),
      type,
      holdsObjects: type === MapType.PROG_ARRAY || type === MapType.HASH_OF_MAPS || type === MapType.ARRAY_OF_MAPS,
    };
  }

  #absent(result: number, call: string, open: MapAccess): undefined {
    if (result === NOT_THERE) return undefined;
    throw this.#native.numberError(call, result, nameOf(open), open.ref);
  }
}

function writeKey({ key, name }: MapAccess, given: Uint8Array | undefined): void {
  const length = given?.length ?? 0;
  if (length !== key.length) {
    throw failure(EbpfResult.INVALID_ARGUMENT, `${mapNamed(name)} has keys of ${key.length} bytes, not ${length}`);
  }
  if (given === undefined) return;
  // Most keys are a few bytes: a loop beats the call of `set`.
  if (length > 16) key.set(given);
  else for (let i = 0; i < length; i++) key[i] = given[i] ?? 0;
}

/** The kernel would take a number for whatever this process has open under it: maps of objects give ids, and take descriptors. */
function assertTakesValues(open: MapAccess): void {
  if (!open.holdsObjects) return;
  const hint = "Use `setObject(key, map or program)`.";
  throw failure(EbpfResult.OPERATION_NOT_SUPPORTED, `${nameOf(open)} holds objects, not values`, hint);
}

const nameOf = ({ name }: MapAccess): string => mapNamed(name);

/** Maps that were opened by an id or a pin's path come without a name. */
export function mapNamed(name: string): string {
  return name === "" ? "The map" : `Map ${JSON.stringify(name)}`;
}

/** The same bytes elsewhere: for a few of them several times as fast as `slice`. */
function copyOf(bytes: Uint8Array): Uint8Array {
  const { length } = bytes;
  if (length > 16) return bytes.slice();
  const copy = new Uint8Array(length);
  for (let i = 0; i < length; i++) copy[i] = bytes[i];
  return copy;
}
