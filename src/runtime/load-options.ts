import type { GlobalValues } from "../elf/index.ts";
import type { Execution } from "../engine/index.ts";
import type { ProgramProof } from "../spec/index.ts";
import { aborted } from "../turns/index.ts";
import type { BpfMap } from "./map.ts";

export interface LoadOptions {
  /** Values of global variables, by name, written into the object before it is loaded. */
  readonly globals?: GlobalValues;
  /** Which programs are loaded, by name; all unless given. */
  readonly programs?: readonly string[];
  /** Program types, by program name, in place of those that the sections stand for. */
  readonly types?: Readonly<Record<string, string>>;
  /** Maps to use in place of the object's own, by name. They must be defined alike; what they hold stays. */
  readonly maps?: Readonly<Record<string, BpfMap>>;
  /** Folder of maps that pin themselves by name: `/ebpf/global` unless given, which is `BPF:\`. */
  readonly pinRoot?: string;
  /** How the code is run: as a native image where the runtime has them, else by JIT, unless given. */
  readonly execution?: Execution;
  /**
   * What `verify(…, { proof: true })` proved of programs, by name, for simulations without a verifier: compiled programs
   * then leave those checks out. One that is of another program is not used, which `tierOf` says; one that is wrong lets
   * its program go unchecked through the memory of its simulation, and no further. Other runtimes have no use for it.
   */
  readonly proofs?: Readonly<Record<string, ProgramProof>>;
  /**
   * Ends the loading with `EBPF_ABORTED` while the file is read, between two programs, and, in simulated kernels, in the
   * middle of a verification: what was made by then is given back. A call of a real kernel comes to its end first.
   */
  readonly signal?: AbortSignal;
}

/** Throws `EBPF_ABORTED` where nobody waits for the object any more. */
export function assertWanted(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true) throw aborted(signal, "Loading");
}
