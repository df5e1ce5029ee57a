import type { InitialEntry, MapSpec } from "../spec/index.ts";
import type { Engine, Handle } from "./engine.ts";
import { UpdateFlag } from "./engine.ts";

/** Whether object files behave as the native images that are made from them: in simulations of the native profile. */
export function objectsAreImages(engine: Engine): boolean {
  return engine.kind === "simulated" && engine.supports("native-images");
}

/** The numbers of a map's definition. */
export function definitionOf({ name, type, keySize, valueSize, maxEntries }: MapSpec) {
  return { name, type, keySize, valueSize, maxEntries };
}

/** Maps of an object in file order, but each after the map that is its template. */
export function creationOrder<T extends { readonly spec: MapSpec }>(maps: readonly T[]): T[] {
  const ordered: T[] = [];
  const waiting = [...maps];
  while (waiting.length > 0) {
    const ready = waiting.findIndex(
      ({ spec }) => spec.inner === undefined || !waiting.some((other) => other.spec.name === spec.inner?.name),
    );
    ordered.push(...waiting.splice(Math.max(ready, 0), 1));
  }
  return ordered;
}

/**
 * Whether a map that is there already is what an object file defines, its template included. Objects for Linux may leave the
 * number of entries to whoever loads them.
 */
export function matchesDefinition(engine: Engine, handle: Handle, spec: MapSpec): boolean {
  if (handle.kind !== "map") return false;
  const info = engine.mapInfo(handle);
  if (info.type !== spec.type || info.keySize !== spec.keySize) return false;
  const isLeftOpen = engine.kind === "libbpf" && spec.maxEntries === 0;
  if (info.valueSize !== spec.valueSize || (info.maxEntries !== spec.maxEntries && !isLeftOpen)) return false;
  if (spec.inner === undefined) return true;
  const inner = engine.openId("map", info.innerMapId);
  if (inner === undefined) return false;
  try {
    return matchesDefinition(engine, inner, spec.inner);
  } finally {
    engine.close(inner);
  }
}

/** Writes what an object file says that a data section begins with. */
export function writeInitial(engine: Engine, map: Handle, { initial, keySize }: MapSpec): void {
  if (initial !== undefined) engine.update(map, new Uint8Array(keySize), initial, UpdateFlag.ANY);
}

/** Writes the references to maps or programs that an object file says that a map begins with. */
export function fillMap(
  engine: Engine,
  map: Handle,
  { entries = [], keySize }: MapSpec,
  find: (entry: InitialEntry) => Handle | undefined,
): void {
  for (const entry of entries) {
    const object = find(entry);
    if (object === undefined) continue;
    const key = new Uint8Array(keySize);
    new DataView(key.buffer).setUint32(0, entry.index, true);
    engine.updateObject(map, key, object, UpdateFlag.ANY);
  }
}
