import type { Program } from "./fuzz-vm.mjs";

/** Runs portable programs in our engines, and in uBPF and the Linux kernel where drivers for them are named. */
export class Judges {
  /**
   * `vm` is what `src/vm/index.ts` exports; `accepts` gives the proof of what is run, undefined for others. One case in
   * `every` (5) has a portable program: our verifier takes longer than all that run it.
   */
  constructor(vm: object, accepts: (code: Uint8Array, mapSlot: number | undefined) => Promise<unknown>, every?: number);
  readonly counts: { readonly programs: number; readonly verified: number };
  /** The first difference among cases `from` to `to`, in words; undefined where there is none. */
  compare(
    make: (index: number) => { readonly program: Program; readonly random: (below: number) => number },
    from: number,
    to: number,
  ): Promise<string | undefined>;
}

/** What the verifier proves of machine code as an XDP program; undefined where it refuses. */
export function acceptor(
  verify: (...given: never[]) => Promise<{ readonly verdict: string; readonly proof: unknown }>,
): (code: Uint8Array, mapSlot: number | undefined) => Promise<unknown>;
