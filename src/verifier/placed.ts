import type { ObjectSpec, ProgramSpec } from "../spec/index.ts";
import { SLOT_BYTES } from "../spec/index.ts";
import { FewTurns, LoopTurns, OutOfTurns } from "../turns/index.ts";
import { allowedBytes } from "./meter.ts";
import type { VerifyOptions } from "./options.ts";
import { ANSWERING, type Answer, type Answers, failureOf, type Task } from "./task.ts";
import { hasWorker, NoThread, NotData, Threads } from "./threads/index.ts";

/** Slots of a program that is worth a thread from the start. */
export const LARGE = 500;
/** Turns of a millisecond that an analysis may take before it begins again in a thread. */
const PATIENCE = 50;

/**
 * The one pool of this process, or of this thread of the user's: `verify` is a function, and nobody but this module lives
 * from one call to the next.
 */
const threads = new Threads();

/** What verifiers read of an object. */
function judged({ platform, maps, faults = [] }: ObjectSpec): ObjectSpec {
  return { platform, programs: [], subprograms: [], maps, globals: [], btf: undefined, license: undefined, faults };
}

/** Undefined where that cannot be done in another thread. */
async function inThread<Kind extends keyof Answers>(
  kind: Kind,
  object: ObjectSpec,
  program: ProgramSpec,
  { signal, threads: _, ...options }: VerifyOptions,
): Promise<Answer<Answers[Kind]> | undefined> {
  // However much memory a thread has to itself, the budget is that of the process.
  const budget = { ...options.budget, bytes: allowedBytes(options.budget) };
  const task: Task<Kind> = { kind, object: judged(object), program, options: { ...options, budget } };
  try {
    return (await threads.ask(task, signal)) as Answer<Answers[Kind]>;
  } catch (error) {
    if (error instanceof NotData || error instanceof NoThread) return undefined;
    throw error;
  }
}

/** Answers a question about a program where that is best: in the caller's thread what is small, in another what is not. */
export async function placed<Kind extends keyof Answers>(
  kind: Kind,
  object: ObjectSpec,
  program: ProgramSpec,
  options: VerifyOptions,
): Promise<Answers[Kind]> {
  const here = ANSWERING[kind];
  if (options.threads === 0 || !hasWorker()) return await here(object, program, options);
  if (options.threads === undefined && program.code.length < LARGE * SLOT_BYTES) {
    try {
      const turns = new FewTurns(new LoopTurns(options.signal), PATIENCE);
      return await here(object, program, { ...options, turns });
    } catch (error) {
      if (!(error instanceof OutOfTurns)) throw error;
    }
  }
  const answer = await inThread(kind, object, program, options);
  if (answer === undefined) return await here(object, program, options);
  if ("failure" in answer) throw failureOf(answer.failure);
  return answer.value;
}
