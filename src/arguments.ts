import { fileURLToPath } from "node:url";
import { EbpfError } from "./errors.ts";

const INVALID_ARGUMENT = { result: 6, errno: 22 } as const;

/** Throws `EBPF_INVALID_ARGUMENT` where a caller without types gave something else than an object. */
export function assertObject(value: unknown, what: string): void {
  if ((typeof value === "object" && value !== null) || typeof value === "function") return;
  throw refusal(`${what} is an object, not ${kindOf(value)}`, "Give an object, or leave it out where it is optional.");
}

/** The same for text. */
export function assertText(value: unknown, what: string): void {
  if (typeof value !== "string") throw refusal(`${what} is text, not ${kindOf(value)}`, "Give a string.");
}

/** The same for text that goes to C, where a NUL ends it: what follows would be lost, and something else be named. */
export function assertName(value: unknown, what: string): void {
  assertText(value, what);
  if (String(value).includes("\0")) throw refusal(`${what} has no NUL in it`, "Leave the character out.");
}

/** The same for one of some words. */
export function assertWord(value: unknown, what: string, words: readonly string[]): void {
  if (typeof value === "string" && words.includes(value)) return;
  const given = typeof value === "string" ? JSON.stringify(value) : kindOf(value);
  throw refusal(`${what} is not ${given}`, `Give ${words.map((word) => JSON.stringify(word)).join(" or ")}.`);
}

/** The same for a function. */
export function assertFunction(value: unknown, what: string): void {
  if (typeof value !== "function") throw refusal(`${what} is a function, not ${kindOf(value)}`, "Give a function.");
}

/** The path of a file that text or a file URL names; throws `EBPF_INVALID_ARGUMENT` for anything else. */
export function filePath(value: unknown, what: string): string {
  if (!(value instanceof URL)) {
    assertText(value, what);
    if (typeof value === "string" && !value.includes("\0")) return value;
    throw refusal(`${what} has a NUL in it`, "Give the path of a file.");
  }
  try {
    return fileURLToPath(value);
  } catch {
    throw refusal(`${what} is a file's URL, not ${value.href}`, "Read it first, and give its bytes.");
  }
}

/** The same for a whole number from `least` to `most`. */
export function assertInteger(value: unknown, what: string, least = 0, most = 0xffff_ffff): void {
  if (typeof value === "number" && Number.isInteger(value) && value >= least && value <= most) return;
  const given = typeof value === "number" ? String(value) : kindOf(value);
  throw refusal(`${what} is a whole number from ${least} to ${most}, not ${given}`, "Give a number of that range.");
}

/** The same for bytes that are still there. */
export function assertBytes(value: unknown, what: string): void {
  if (!(value instanceof Uint8Array)) {
    throw refusal(`${what} is a Uint8Array, not ${kindOf(value)}`, "Give bytes: new Uint8Array(…), or a Buffer.");
  }
  if (!isDetached(value)) return;
  throw refusal(`${what} lies in a buffer that was transferred: its bytes are gone`, "Give a copy of the bytes.");
}

/** Node 20's buffers do not say so themselves: they let no view be made of them. */
function isDetached({ buffer, byteLength }: Uint8Array): boolean {
  if (byteLength > 0) return false;
  try {
    return new Uint8Array(buffer) === undefined;
  } catch {
    return true;
  }
}

/** The same for something to iterate over. */
export function assertIterable(value: unknown, what: string): void {
  if (value instanceof Uint8Array) assertBytes(value, what);
  if (typeof value === "object" && value !== null && Symbol.iterator in value) return;
  throw refusal(`${what} is a list or another iterable, not ${kindOf(value)}`, "Give an array.");
}

/** The same for an array. */
export function assertList(value: unknown, what: string): void {
  if (!Array.isArray(value)) throw refusal(`${what} is an array, not ${kindOf(value)}`, "Give an array.");
}

/** The same for what may abort a call, if anything was given: something that can be asked and listened to. */
export function assertSignal(value: unknown): void {
  if (value === undefined || value instanceof AbortSignal) return;
  const isSignal =
    typeof value === "object" &&
    value !== null &&
    "aborted" in value &&
    "addEventListener" in value &&
    typeof value.addEventListener === "function" &&
    "removeEventListener" in value &&
    typeof value.removeEventListener === "function";
  if (isSignal) return;
  throw refusal(`A signal is an AbortSignal, not ${kindOf(value)}`, "Give an AbortController's `signal`.");
}

function kindOf(value: unknown): string {
  if (value === null) return "null";
  return value === undefined ? "undefined" : `a ${typeof value}`;
}

function refusal(message: string, hint: string): EbpfError {
  return new EbpfError("EBPF_INVALID_ARGUMENT", message, { native: INVALID_ARGUMENT, hint });
}
