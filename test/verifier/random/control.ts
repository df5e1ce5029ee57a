import type { Place } from "./code-writer.ts";
import { type Draft, NOTHING, R0 } from "./draft.ts";

/** Writes so many statements. */
export type Statements = (draft: Draft, count: number) => void;

const COMPARISONS = [0x10, 0x20, 0x30, 0x40, 0x50, 0x60, 0x70, 0xa0, 0xb0, 0xc0, 0xd0] as const;
const DEEPEST = 4;

/** Jumps to a place if a comparison says so. */
function condition(draft: Draft, place: Place): void {
  const { random, code } = draft;
  const class_ = random.once(3) ? 0x06 : 0x05;
  const operation = random.pick(COMPARISONS);
  const left = draft.source();
  if (random.once(3)) code.jump(operation | 0x08 | class_, place, left, draft.source());
  else code.jump(operation | class_, place, left, 0, draft.constant());
}

/** Writes a block; true where it ends by leaving the function. */
function block(draft: Draft, write: Statements): boolean {
  draft.nesting++;
  write(draft, draft.random.below(4));
  draft.nesting--;
  if (!draft.random.once(8)) return false;
  if (draft.belief(R0).kind !== "number" && !draft.slips(6)) draft.code.emit(0xb7, R0, 0, 0, 1);
  draft.code.emit(0x95);
  return true;
}

/** `if`, with or without `else`. */
export function branch(draft: Draft, write: Statements): void {
  const { code, random } = draft;
  if (draft.nesting >= DEEPEST) return;
  const [other, out] = [code.place(), code.place()];
  condition(draft, other);
  const before = draft.snapshot();
  const leftLeaves = block(draft, write);
  const afterLeft = draft.snapshot();
  draft.restore(before);
  if (!random.once(2)) {
    code.put(other);
    if (!leftLeaves) draft.merge(afterLeft);
    return;
  }
  if (!leftLeaves) {
    if (random.once(6)) code.longJump(out);
    else code.jump(0x05, out);
  }
  code.put(other);
  const rightLeaves = block(draft, write);
  code.put(out);
  if (rightLeaves) {
    if (leftLeaves) code.emit(0xb7, R0, 0, 0, 0);
    draft.restore(leftLeaves ? before : afterLeft);
    if (leftLeaves) forget(draft);
  } else if (!leftLeaves) draft.merge(afterLeft);
}

/** Behind what never goes on, nothing is known. */
function forget(draft: Draft): void {
  for (let register = 1; register < 10; register++) draft.set(register, NOTHING);
  draft.setNumber(R0);
}

/** Where a loop ends: a constant, or a number that was bounded. */
interface Limit {
  readonly register: number | undefined;
  readonly value: number;
}

function limitOf(draft: Draft): Limit {
  const { random } = draft;
  const value = random.pick(draft.nesting > 0 ? [1, 2, 3, 4, 8] : [1, 2, 3, 4, 8, 16, 100, 300]);
  if (!random.once(8)) return { register: undefined, value };
  const register = draft.bounded(7, [6, 7, 8, 9]);
  return { register, value: 7 };
}

function compare(draft: Draft, opcode: number, place: Place, counter: number, limit: Limit): void {
  if (limit.register === undefined) draft.code.jump(opcode, place, counter, 0, limit.value);
  else draft.code.jump(opcode | 0x08, place, counter, limit.register);
}

/** A loop with a counter, asked at its end or at its head, with a way out of its middle at times. */
export function loop(draft: Draft, write: Statements): void {
  const { code, random } = draft;
  if (draft.nesting > 1 || (draft.nesting > 0 && !random.once(3)) || (draft.depth > 0 && random.once(2))) return;
  const limit = limitOf(draft);
  const counter = [9, 8, 7, 6].find(
    (each) =>
      each !== limit.register && !draft.reserved.has(each) && ["nothing", "number"].includes(draft.belief(each).kind),
  );
  if (counter === undefined) return;
  const before = draft.reserved;
  code.emit(random.once(4) ? 0xb4 : 0xb7, counter, 0, 0, draft.slips(20) ? -1 : 0);
  draft.setNumber(counter);
  const kept = [6, 7, 8, 9].filter((each) => draft.belief(each).kind !== "nothing" && random.once(2));
  draft.reserved = new Set([...before, counter, ...kept, ...(limit.register === undefined ? [] : [limit.register])]);
  draft.enterLoop();
  const [head, out] = [code.here(), code.place()];
  const asksFirst = random.once(8);
  if (asksFirst) compare(draft, 0x35, out, counter, limit);
  const atHead = draft.snapshot();
  draft.nesting++;
  write(draft, random.below(4));
  draft.nesting--;
  const leaves = random.once(5);
  const inside = draft.snapshot();
  if (leaves) condition(draft, out);
  code.emit(
    random.once(24) ? 0x04 : 0x07,
    counter,
    0,
    0,
    draft.slips(8) ? random.below(4) - 1 : random.once(10) ? 2 : 1,
  );
  if (asksFirst) code.jump(0x05, head);
  else
    compare(
      draft,
      draft.slips(8) ? random.pick([0x55, 0xa6, 0xb5, 0x25, 0x65]) : random.pick([0xa5, 0xa5, 0xc5]),
      head,
      counter,
      limit,
    );
  code.put(out);
  if (asksFirst) draft.restore(atHead);
  if (leaves) draft.merge(inside);
  draft.reserved = before;
}

/** Code that must not be reached, behind a condition that may or may not hold. */
export function trap(draft: Draft): void {
  const { code, random } = draft;
  if (!draft.slips(2) && !random.once(4)) return;
  const out = code.place();
  if (draft.slips(2)) condition(draft, out);
  else {
    // A number that is masked is not greater than its mask.
    const mask = random.pick([1, 7, 255]);
    const register = draft.bounded(mask);
    code.jump(random.pick([0xb5, 0xd5]), out, register, 0, mask);
  }
  const register = draft.fresh();
  code.emit(0xb7, register, 0, 0, 0);
  code.emit(0x79, register, register, 0);
  code.put(out);
}

/** A jump to anywhere before: what no compiler writes. */
export function wildJump(draft: Draft): void {
  if (!draft.slips(3)) return;
  const place: Place = { slot: draft.random.below(Math.max(1, draft.code.length)) };
  condition(draft, place);
}
