import type { DirectMap } from "../engine/index.ts";
import type { MapAccess } from "./handle.ts";

/** What a map's channel does with the key and value that lie in its buffer. */
export interface ChannelCalls {
  /** Whether the key was there. */
  find(map: MapAccess): boolean;
  update(map: MapAccess, flags: number): void;
  delete(map: MapAccess): boolean;
}

/** Calls on one map whose key and value are written where the addon hands them to the kernel. */
export class ChannelMap implements DirectMap {
  readonly bytes: Uint8Array;
  readonly keyAt: number;
  readonly valueAt: number;
  readonly #map: MapAccess;
  readonly #calls: ChannelCalls;
  #isTaken = false;

  constructor(map: MapAccess, calls: ChannelCalls) {
    this.bytes = new Uint8Array(map.channel.buffer);
    this.keyAt = map.key.byteOffset;
    this.valueAt = map.value.byteOffset;
    this.#map = map;
    this.#calls = calls;
  }

  take(): boolean {
    if (this.#isTaken) return false;
    this.#isTaken = true;
    return true;
  }

  giveBack(): void {
    this.#isTaken = false;
  }

  find(): number {
    return this.#calls.find(this.#map) ? this.valueAt : -1;
  }

  update(flags: number): void {
    this.#calls.update(this.#map, flags);
  }

  delete(): boolean {
    return this.#calls.delete(this.#map);
  }
}
