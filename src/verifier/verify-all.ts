import { availableParallelism } from "node:os";
import { assertInteger, assertIterable, assertObject, assertSignal } from "../arguments.ts";
import { type ObjectSpec, SLOT_BYTES } from "../spec/index.ts";
import type { VerifyOptions } from "./options.ts";
import { LARGE } from "./placed.ts";
import type { Report } from "./report/index.ts";
import { verify } from "./verify.ts";

/** Together, many small programs are worth threads as well as a large one is. */
function threadsFor({ programs }: ObjectSpec): number | undefined {
  const bytes = programs.reduce((sum, { code }) => sum + code.length, 0);
  return programs.length < 2 || bytes < LARGE * SLOT_BYTES ? undefined : availableParallelism();
}

/**
 * Verifies every program of an object, several at a time where that is worth threads (`options.threads`). Reports come in
 * the order of `object.programs`.
 *
 * @throws EbpfError as `verify`.
 */
export async function verifyAll(object: ObjectSpec, options: VerifyOptions = {}): Promise<readonly Report[]> {
  assertObject(object, "A spec");
  assertIterable(object.programs, "The programs of a spec");
  assertObject(options, "What verifying takes");
  assertSignal(options.signal);
  if (options.threads !== undefined) assertInteger(options.threads, "A number of threads");
  const threads = options.threads ?? threadsFor(object);
  const reports: Report[] = [];
  const programs = object.programs.entries();
  // The first that fails ends the others.
  const failed = new AbortController();
  const abort = (): void => failed.abort(options.signal?.reason);
  options.signal?.addEventListener("abort", abort, { once: true });
  if (options.signal?.aborted === true) abort();
  const one = { ...options, signal: failed.signal, ...(threads === undefined ? {} : { threads }) };
  const inTurn = async (): Promise<void> => {
    for (const [at, program] of programs) reports[at] = await verify(object, program, one);
  };
  try {
    await Promise.all(Array.from({ length: Math.max(1, Math.min(threads ?? 1, object.programs.length)) }, inTurn));
    return reports;
  } catch (error) {
    failed.abort();
    throw error;
  } finally {
    options.signal?.removeEventListener("abort", abort);
  }
}
