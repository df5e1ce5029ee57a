import type { DirectMap } from "../engine/index.ts";
import type { Channel } from "./addon.ts";
import type { MapAccess } from "./handle.ts";

/** What a map's channel does with the key and value that lie in its buffer. */
export interface ChannelCalls {
  /** What a lookup that did not go well means: -1, or the error that it throws. */
  notFound(map: MapAccess, result: number): -1;
  update(map: MapAccess, flags: number): void;
  delete(map: MapAccess): boolean;
}

/** Calls on one map whose key and value are written where the addon hands them to the kernel. */
export class ChannelMap implements DirectMap {
  readonly bytes: Uint8Array;
  readonly keyAt: number;
  readonly valueAt: number;
  readonly isFixed = true;
  isTaken = false;
  readonly #map: MapAccess;
  readonly #lookup: Channel["lookup"];
  readonly #calls: ChannelCalls;

  constructor(map: MapAccess, calls: ChannelCalls) {
    this.bytes = new Uint8Array(map.channel.buffer);
    this.keyAt = map.key.byteOffset;
    this.valueAt = map.value.byteOffset;
    this.#map = map;
    this.#lookup = map.channel.lookup;
    this.#calls = calls;
  }

  take(): boolean {
    if (this.isTaken) return false;
    this.isTaken = true;
    return true;
  }

  giveBack(): void {
    this.isTaken = false;
  }

  find(): number {
    const result = this.#lookup();
    return result === undefined ? this.valueAt : this.#calls.notFound(this.#map, result);
  }

  update(flags: number): void {
    this.#calls.update(this.#map, flags);
  }

  delete(): boolean {
    return this.#calls.delete(this.#map);
  }
}
