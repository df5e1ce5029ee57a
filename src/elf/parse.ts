import type { BtfSpec, ObjectSpec, Platform } from "../spec/index.ts";
import { finish } from "../turns/index.ts";
import { parsing } from "./parsing.ts";

export interface ParseOptions {
  /** Which system the object is for: `"windows"` if absent. */
  readonly platform?: Platform;
  /** The file's path: names the maps of global variables, and decides program types of Cilium's Linux objects. */
  readonly path?: string;
  /** Types of the kernel that the object is to run on: CO-RE relocations are resolved against these, if given. */
  readonly btf?: BtfSpec;
}

/**
 * Reads an object file: ELF64, little-endian, relocatable, machine BPF or none. Pure: bytes in, spec out. Throws
 * `EBPF_INVALID_OBJECT` (an `InvalidObjectError` with section and byte offset) where the file is broken or asks for
 * what the loader cannot do; what single relocations and maps ask for in vain is told in `faults` of the spec instead.
 */
export function parse(bytes: Uint8Array, options: ParseOptions = {}): ObjectSpec {
  return finish(parsing(bytes, options));
}
