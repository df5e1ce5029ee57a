import { type Codec, encodeInto } from "../codec/index.ts";

/**
 * Bytes for the key and the value of one call of a map: used again by the next, because making them costs more than a
 * call. Whoever takes them gives them back; a call inside another one (from a codec, or a getter of a key) gets others.
 */
export class MapBuffers {
  readonly value: Uint8Array;
  readonly #key: Uint8Array;
  readonly #isShared: boolean;
  #isTaken = false;

  /** Sizes in bytes. Codecs that are not ours may keep what they write to, or give it away: nothing is `shared` then. */
  constructor(keySize: number, valueSize: number, isShared = false) {
    this.#isShared = isShared;
    this.#key = new Uint8Array(keySize);
    this.value = new Uint8Array(valueSize);
  }

  take(): MapBuffers {
    if (this.#isTaken || !this.#isShared) return new MapBuffers(this.#key.length, this.value.length);
    this.#isTaken = true;
    return this;
  }

  giveBack(): void {
    this.#isTaken = false;
  }

  encodeKey<K>(codec: Codec<K>, key: K): Uint8Array {
    return encodeInto(codec, key, this.#key, "key");
  }

  encodeValue<V>(codec: Codec<V>, value: V): Uint8Array {
    return encodeInto(codec, value, this.value, "value");
  }
}
