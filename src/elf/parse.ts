import type { ObjectSpec } from "../spec/index.ts";
import { finish } from "../turns/index.ts";
import type { ParseOptions } from "./parse-options.ts";
import { parsing } from "./parsing.ts";

/**
 * Reads an object file: ELF64, little-endian, relocatable, machine BPF or none. Pure: bytes in, spec out. Throws
 * `EBPF_INVALID_OBJECT` (an `InvalidObjectError` with section and byte offset) where the file is broken or asks for
 * what the loader cannot do; what single relocations and maps ask for in vain is told in `faults` of the spec instead.
 */
export function parse(bytes: Uint8Array, options: ParseOptions = {}): ObjectSpec {
  return finish(parsing(bytes, options));
}
