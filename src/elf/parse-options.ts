import type { BtfSpec, Platform } from "../spec/index.ts";

export interface ParseOptions {
  /** Which system the object is for: `"windows"` if absent. */
  readonly platform?: Platform;
  /** The file's path: names the maps of global variables, and decides program types of Cilium's Linux objects. */
  readonly path?: string;
  /** Types of the kernel that the object is to run on: CO-RE relocations are resolved against these, if given. */
  readonly btf?: BtfSpec;
}
