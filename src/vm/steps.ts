import { type Executable, STRIDE } from "./executable.ts";
import { execute } from "./execute.ts";
import { BudgetError } from "./fault.ts";
import type { Machine } from "./machine.ts";
import { operations } from "./operation.ts";
import { CHUNK_ENDED, EXITED, STOPPED, TAIL_CALLED } from "./stop.ts";

/** Looks at the machine before an instruction; what it returns looks after it. */
export type Observe<T> = (executable: Executable, index: number) => () => T;

/**
 * Runs a program that has begun one instruction at a time: each is put alone among `stop` operations, so that `execute`
 * comes back after it. What observing an instruction makes is given out; the low half of r0 is returned.
 */
export function* steps<T>(machine: Machine, first: Executable, observe: Observe<T>): Generator<T, number> {
  try {
    return yield* walk(machine, first, observe);
  } finally {
    machine.store.forget();
    machine.executable = undefined;
  }
}

function* walk<T>(machine: Machine, first: Executable, observe: Observe<T>): Generator<T, number> {
  const { meter } = machine;
  let current = first;
  machine.clearFrame(current);
  let stops = machine.enterStops(current);
  let at = stops;
  for (;;) {
    const { words } = machine.store;
    const index = (at - stops) / STRIDE;
    words.set(current.code.subarray(index * STRIDE, (index + 1) * STRIDE), at);
    machine.position = at;
    machine.limit = meter.hold(at);
    machine.watch?.(current, index);
    const after = observe(current, index);
    const why = execute(machine, words, current, at);
    words[at] = operations.stop;
    const isInside = why === STOPPED || why === CHUNK_ENDED;
    meter.look(isInside ? machine.position : machine.position + STRIDE, machine.limit);
    if (why === TAIL_CALLED) {
      current = machine.enterNext(current);
      machine.clearFrame(current);
      stops = machine.enterStops(current);
      machine.position = stops;
    }
    yield after();
    if (why === EXITED) return machine.lo[0] >>> 0;
    const reason = meter.exceeded();
    if (reason !== undefined) throw new BudgetError(reason, machine.positionNow(machine.position));
    at = machine.position;
  }
}
