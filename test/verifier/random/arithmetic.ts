import { type Draft, NOTHING, R10 } from "./draft.ts";

const OPERATIONS = [0x00, 0x10, 0x20, 0x30, 0x40, 0x50, 0x60, 0x70, 0x90, 0xa0, 0xb0, 0xc0] as const;
const SHIFTS: readonly number[] = [0x60, 0x70, 0xc0];
const DIVISIONS: readonly number[] = [0x30, 0x90];
const MOVE = 0xb0;

/** Two operands of 32 or 64 bits, now and then signed or sign-extended. */
export function arithmetic(draft: Draft): void {
  const { random, code } = draft;
  const wide = random.once(3) ? 0x04 : 0x07;
  const operation = random.pick(OPERATIONS);
  const dst = draft.number();
  const signed = DIVISIONS.includes(operation) && random.once(2) ? 1 : 0;
  if (operation === MOVE && random.once(3)) {
    const bits = wide === 0x07 ? random.pick([8, 16, 32]) : random.pick([8, 16]);
    code.emit(operation | 0x08 | wide, dst, draft.source(), bits);
  } else if (random.once(3)) code.emit(operation | 0x08 | wide, dst, draft.source(), signed);
  else {
    const width = wide === 0x07 ? 64 : 32;
    const imm = SHIFTS.includes(operation) && !draft.slips(10) ? random.below(width) : draft.constant();
    code.emit(operation | wide, dst, 0, signed, DIVISIONS.includes(operation) && !random.once(8) ? imm || 1 : imm);
  }
  draft.setNumber(dst);
}

/** Negation, byte order. */
export function unary(draft: Draft): void {
  const { random, code } = draft;
  const dst = draft.number();
  if (random.once(2)) code.emit(random.pick([0x87, 0x84]), dst);
  else code.emit(random.pick([0xd4, 0xdc, 0xd7]), dst, 0, 0, random.pick([16, 32, 64]));
}

/** A constant of 64 bits. */
export function wideConstant(draft: Draft): void {
  const dst = draft.fresh();
  draft.code.emitWide(dst, 0, draft.constant(), draft.constant());
  draft.setNumber(dst);
}

/** Copies a register, over the stack at times. */
export function move(draft: Draft): void {
  const { random, code } = draft;
  const kind = random.pick(["value", "ctx", "number", "stack", "packet", "maybe-value", "map", "object"] as const);
  const source = draft.slips(15) ? random.below(11) : (draft.holding(kind) ?? R10);
  const dst = random.once(2) ? draft.lasting() : draft.fresh();
  const belief = draft.belief(source);
  if (random.once(3)) {
    const at = random.below(draft.slotOffsets.length);
    const offset = draft.slotOffsets[at] ?? -88;
    code.emit(0x7b, R10, source, offset);
    draft.setSlot(at, belief);
    if (!random.once(3)) code.emit(0x79, dst, R10, offset);
    else return;
  } else code.emit(0xbf, dst, source);
  draft.set(dst, belief);
}

/** Takes back what was spilled before. */
export function fill(draft: Draft): void {
  const known = draft.slotOffsets.flatMap((offset, at) => (draft.slotBelief(at) === NOTHING ? [] : [{ offset, at }]));
  const found = known[draft.random.below(Math.max(1, known.length))];
  if (found === undefined) return;
  const dst = draft.lasting();
  draft.code.emit(0x79, dst, R10, found.offset);
  draft.set(dst, draft.slotBelief(found.at));
}

/** Moves a pointer, or makes a number of two. */
export function pointerArithmetic(draft: Draft): void {
  const { random, code } = draft;
  const kind = random.pick(["packet", "value", "stack"] as const);
  const pointer = draft.holding(kind, [6, 7, 8, 9, 0, 2, 3, 4, 5]);
  if (pointer === undefined) return;
  const { detail } = draft.belief(pointer);
  const moved = draft.fresh();
  if (moved === pointer) return;
  if (random.once(5)) {
    const other = draft.holding(kind) ?? pointer;
    code.emit(0xbf, moved, pointer);
    code.emit(0x1f, moved, other);
    draft.setNumber(moved);
    return;
  }
  const step = draft.slips(4) ? random.below(64) - 32 : random.below(Math.max(1, Math.min(16, detail)));
  if (kind === "stack" && pointer === R10) return;
  code.emit(0xbf, moved, pointer);
  code.emit(0x07, moved, 0, 0, step);
  draft.set(moved, { kind, detail: Math.max(0, detail - Math.abs(step)) });
}
