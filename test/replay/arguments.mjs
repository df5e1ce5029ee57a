// C arguments as recordings write them → values for the door, and buffers for what C writes.
import { readFileSync } from "node:fs";
import { join } from "node:path";

/** Bytes that a buffer is filled with before a call. */
const FILL = 0xcc;
/** Members of structures whose bare strings are text, not bytes. */
const TEXTS = new Set(["object_name", "pin_root_path"]);

/** A buffer that C would have been given: filled with `cc`, shown whole afterwards. */
export class OutBuffer {
  /** @param {string} label @param {number} size @param {Uint8Array} [first] */
  constructor(label, size, first) {
    this.label = label;
    this.bytes = new Uint8Array(size).fill(FILL);
    if (first !== undefined) this.bytes.set(first.subarray(0, size));
  }

  /** @param {Uint8Array | undefined} data @param {number} [at] */
  write(data, at = 0) {
    if (data !== undefined) this.bytes.set(data.subarray(0, this.bytes.length - at), at);
  }

  /** @param {number} value */
  writeU32(value) {
    new DataView(this.bytes.buffer).setUint32(0, value, true);
  }

  /** @param {number} value */
  writeU64(value) {
    new DataView(this.bytes.buffer).setBigUint64(0, BigInt(value), true);
  }

  get u32() {
    return new DataView(this.bytes.buffer).getUint32(0, true);
  }
}

/** @param {string} text "0102", or "*00*96" for 96 zero bytes */
export function hexBytes(text) {
  const repeated = /^\*([0-9a-f]{2})\*(\d+)$/.exec(text);
  if (repeated !== null) return new Uint8Array(Number(repeated[2])).fill(Number.parseInt(repeated[1] ?? "", 16));
  return new Uint8Array(Buffer.from(text, "hex"));
}

/** @param {Uint8Array} bytes */
export function hexText(bytes) {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("hex");
}

/** Turns one argument into what the door takes; out-parameters become `OutBuffer`s or `{ result }`, `{ string }`, `{ text }`. */
export class Arguments {
  #names;
  #root;

  /** @param {import("./names.mjs").Names} names @param {string} root */
  constructor(names, root) {
    this.#names = names;
    this.#root = root;
  }

  /** @param {any} argument @returns {any} */
  value(argument) {
    if (argument === null || typeof argument === "number" || typeof argument === "boolean") return argument;
    if (typeof argument === "string") {
      return argument.startsWith("$") ? this.#names.get(argument) : hexBytes(argument);
    }
    // The recorder wrote spaces of C strings as %20.
    if ("str" in argument) return argument.str.replaceAll("%20", " ").repeat(argument.repeat ?? 1);
    if ("out" in argument) return new OutBuffer(argument.out, argument.size);
    if ("inout" in argument) return new OutBuffer(argument.inout, argument.size, hexBytes(argument.hex));
    if ("parts" in argument) return this.#parts(argument.parts);
    if ("byte" in argument) {
      const byte = typeof argument.byte === "string" ? Number.parseInt(argument.byte, 16) : argument.byte;
      return new Uint8Array(argument.repeat).fill(byte);
    }
    if ("file" in argument) return this.#file(argument);
    if ("size_of" in argument) return readFileSync(join(this.#root, argument.size_of)).length;
    if ("keys" in argument) return countingKeys(argument);
    if ("values" in argument) return countingValues(argument);
    if ("bytes" in argument) return describedBytes(argument);
    if ("result" in argument || "string" in argument || "text" in argument) return argument;
    return Object.fromEntries(
      Object.entries(argument).map(([key, value]) => [key, TEXTS.has(key) ? value : this.value(value)]),
    );
  }

  /** @param {string} text hex and `$4:$name` (a descriptor in 4 bytes), comma-separated */
  #parts(text) {
    const parts = text.split(",").map((part) => {
      const descriptor = /^\$4:(\$.*)$/.exec(part);
      if (descriptor === null) return Buffer.from(part, "hex");
      const bytes = Buffer.alloc(4);
      bytes.writeInt32LE(Number(this.#names.get(descriptor[1] ?? "") ?? -1) | 0);
      return bytes;
    });
    return new Uint8Array(Buffer.concat(parts));
  }

  /** @param {{ file: string, truncate?: number, set_bytes?: [number, number][] }} argument */
  #file({ file, truncate, set_bytes }) {
    const bytes = new Uint8Array(readFileSync(join(this.#root, file))).slice(0, truncate);
    for (const [at, value] of set_bytes ?? []) bytes[at] = value;
    return bytes;
  }
}

/** `{"keys":"0..4999","prefix":…}`: keys 0 to 4999 as 4 bytes, with a prefix length in front of each where given. */
function countingKeys({ keys, prefix }) {
  const [first = 0, last = 0] = keys.split("..").map(Number);
  const one = prefix === null ? 4 : 8;
  const bytes = Buffer.alloc((last - first + 1) * one);
  for (let key = first; key <= last; key++) {
    let at = (key - first) * one;
    if (prefix !== null) at = bytes.writeUInt32LE(prefix, at);
    bytes.writeUInt32LE(key, at);
  }
  return new Uint8Array(bytes);
}

/** `{"values":"u16 key index, zero padded","size":8}`: as many values as the batch has keys; see `map-calls.mjs`. */
function countingValues({ size }) {
  /** @param {number} count */
  return (count) => {
    const bytes = Buffer.alloc(count * size);
    for (let index = 0; index < count; index++) {
      if (size === 1) bytes.writeUInt8(index & 0xff, index);
      else bytes.writeUInt16LE(index & 0xffff, index * size);
    }
    return new Uint8Array(bytes);
  };
}

/** `{"bytes":"00, then 01020304 repeated","size":8192}`. */
function describedBytes({ bytes: text, size }) {
  if (text === "i & 255") return Uint8Array.from({ length: size }, (_, i) => i & 255);
  const match = /^([0-9a-f]*), then ([0-9a-f]+) repeated$/.exec(text);
  const first = Buffer.from(match?.[1] ?? "", "hex");
  const rest = Buffer.from(match?.[2] ?? text, "hex");
  return Uint8Array.from({ length: size }, (_, i) =>
    i < first.length ? first[i] : rest[(i - first.length) % rest.length],
  );
}
