import { assertInteger, assertObject, assertSignal } from "../arguments.ts";
import type { ObjectSpec, ProgramSpec } from "../spec/index.ts";
import type { VerifyOptions } from "./options.ts";
import { placed } from "./placed.ts";
import type { Report } from "./report/index.ts";

/**
 * Decides whether a program may be loaded, as the platform's own verifier decides, and says why. Pure: nothing is
 * loaded. What takes long is done in a thread of its own where there is one, and otherwise gives the event loop its turn
 * every few milliseconds; `options.signal` aborts.
 *
 * What Windows 1.6 accepts although newer verifiers refuse it passes with a warning, or fails with `strictDialect`.
 *
 * @throws EbpfError `EBPF_ABORTED`; `EBPF_INVALID_ARGUMENT` for a program type that the platform does not know;
 * `EBPF_NO_MEMORY` where the thread ends before its work is done.
 */
export async function verify(object: ObjectSpec, program: ProgramSpec, options: VerifyOptions = {}): Promise<Report> {
  assertObject(object, "A spec");
  assertObject(program, "A program of a spec");
  assertObject(program.code, "A program's code");
  assertObject(options, "What verifying takes");
  assertSignal(options.signal);
  if (options.threads !== undefined) assertInteger(options.threads, "A number of threads");
  return await placed("report", object, program, options);
}
