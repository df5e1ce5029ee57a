import type { Platform } from "../../../src/spec/index.ts";
import { arithmetic, fill, move, pointerArithmetic, unary, wideConstant } from "./arithmetic.ts";
import { callTo, helper, localFunction, lookup } from "./calls.ts";
import { branch, loop, trap, wildJump } from "./control.ts";
import { type Belief, Draft, NOTHING, R0 } from "./draft.ts";
import {
  atomic,
  checkNull,
  clearStack,
  contextField,
  directValue,
  legacyPacket,
  loadStack,
  packetBounds,
  stackPointer,
  storeStack,
  usePointer,
  variableStack,
} from "./memory.ts";
import { type Callee, SHAPES, type Shape } from "./program-shape.ts";
import { RandomSource } from "./random-source.ts";

export interface RandomProgram {
  readonly shape: Shape;
  /** 8 bytes a slot, with map descriptors as `random-maps.ts` gives them. */
  readonly code: Uint8Array;
}

type Statement = (draft: Draft) => void;

/** What a program is made of, and how often. */
const WEIGHTS: readonly (readonly [weight: number, statement: Statement])[] = [
  [4, arithmetic],
  [1, unary],
  [1, wideConstant],
  [2, move],
  [1, fill],
  [1, pointerArithmetic],
  [2, storeStack],
  [2, loadStack],
  [1, stackPointer],
  [1, variableStack],
  [1, atomic],
  [2, contextField],
  [2, packetBounds],
  [3, usePointer],
  [1, directValue],
  [1, checkNull],
  [2, lookup],
  [4, helper],
  [1, localFunction],
  [1, trap],
  [1, wildJump],
  [1, legacyPacket],
  [4, (draft) => branch(draft, statements)],
  [2, (draft) => loop(draft, statements)],
];

const STATEMENTS: readonly Statement[] = WEIGHTS.flatMap(([weight, statement]) =>
  new Array<Statement>(weight).fill(statement),
);

function statements(draft: Draft, count: number): void {
  for (let at = 0; at < count; at++) STATEMENTS[draft.random.below(STATEMENTS.length)]?.(draft);
}

function leave(draft: Draft): void {
  const isNumber = draft.belief(R0).kind === "number";
  if ((!isNumber && !draft.slips(10)) || draft.random.once(4)) draft.code.emit(0xb7, R0, 0, 0, draft.random.below(3));
  draft.code.emit(0x95);
}

const CONTEXT: Belief = { kind: "ctx", detail: 0 };

function main(draft: Draft, callee?: Callee): void {
  draft.begin([NOTHING, CONTEXT], 0);
  if (callee !== undefined || !draft.random.once(6)) {
    draft.code.emit(0xbf, 6, 1);
    draft.set(6, CONTEXT);
  }
  clearStack(draft);
  if (callee !== undefined) callTo(draft, callee);
  statements(draft, 3 + draft.random.below(16));
  leave(draft);
}

/** Functions are written after their callers; writing one may ask for more. */
function functions(draft: Draft): void {
  for (let at = 0; at < draft.functions.length; at++) {
    const callee = draft.functions[at];
    if (callee === undefined) continue;
    draft.code.put(callee.place);
    draft.begin(callee.arguments, callee.depth);
    clearStack(draft);
    statements(draft, 1 + draft.random.below(6));
    leave(draft);
  }
}

/** Changes one byte: what no generator thinks of. */
function damage(code: Uint8Array, random: RandomSource): void {
  const at = random.below(code.length);
  code[at] = random.once(2) ? random.below(256) : (code[at] ?? 0) ^ (1 << random.below(8));
}

/** A random program of a type that calls a helper first. */
export function programCalling(callee: Callee, shape: Shape, seed: number): RandomProgram {
  const draft = new Draft(new RandomSource(seed), shape);
  main(draft, callee);
  functions(draft);
  return { shape, code: draft.code.bytes() };
}

/** The random program of a seed: structured, mostly sensible, wrong in places in half of all programs. */
export function randomProgram(seed: number, platform: Platform = "windows"): RandomProgram {
  const random = new RandomSource(seed);
  const shapes = SHAPES[platform];
  const shape = shapes[random.below(shapes.length)];
  if (shape === undefined) throw new Error("no shapes");
  const draft = new Draft(random, shape);
  main(draft);
  functions(draft);
  const code = draft.code.bytes();
  if (draft.slips(6)) damage(code, random);
  return { shape, code };
}
