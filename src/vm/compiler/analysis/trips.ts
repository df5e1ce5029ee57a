import type { Operation } from "../../../isa/index.ts";
import type { DominatorTree } from "./dominators.ts";
import type { Node } from "./graph.ts";
import { combine, constantOf, type Linear, type Need, registerOf } from "./linear.ts";
import type { Round } from "./round.ts";
import type { Source } from "./source.ts";

const WORD = 2 ** 32;
const POSITIVE = 2 ** 31;

/** What registers change by from one round of a loop to the next. */
export interface Steps {
  /** By register; those whose change is not the same each time are left out. */
  readonly by: ReadonlyMap<number, number>;
  /** What has to hold in every round for that. */
  readonly needs: readonly Need[];
  /** Values that have to be 0 when the loop is entered. */
  readonly zeros: readonly Linear[];
}

/** A bound of the rounds of a loop: one more than `distance` divided by `2 ** shift`, rounded up. */
export interface Trips {
  /** An unsigned number once `below` holds; where that does not, there is one round. */
  readonly distance: Linear;
  /** `distance` is taken to be 0 unless the second is below the first, when the loop is entered. */
  readonly below: readonly [Linear, Linear] | undefined;
  readonly shift: number;
  /** True where the division must leave no rest. */
  readonly isExact: boolean;
  readonly needs: readonly Need[];
}

/** The step of a value; undefined where a register in it has none. */
export function stepOf({ terms }: Linear, { by }: Steps): number | undefined {
  let step = 0;
  for (const [r, coefficient] of terms) {
    const change = by.get(r);
    if (change === undefined) return undefined;
    step += coefficient * change;
  }
  return Number.isSafeInteger(step) ? step : undefined;
}

/** Finds what registers change by: `tails` are the blocks that lead back to the header. */
export function stepsOf(round: Round, tails: readonly Node[]): Steps {
  const by = new Map<number, number>([[10, 0]]);
  const needs: Need[] = [];
  const zeros: Linear[] = [];
  const others: { readonly r: number; readonly of: number; readonly constant: number; readonly needs: Need[] }[] = [];
  for (let r = 0; r < 10; r++) {
    const values = tails.map((tail) => round.at(tail, r));
    const [value] = values;
    if (value === undefined || values.some((other) => other === undefined || !isSame(other, value))) continue;
    const [term, ...more] = value.terms;
    if (term === undefined || more.length > 0 || term[1] !== 1) continue;
    const its = values.flatMap((each) => each?.needs ?? []);
    if (term[0] !== r) others.push({ r, of: term[0], constant: value.constant, needs: its });
    else {
      by.set(r, value.constant);
      needs.push(...its);
    }
  }
  // A register that gets another's value at the end of each round goes with it, if it did from the start.
  for (const { r, of, constant, needs: its } of others) {
    const step = by.get(of);
    const ahead = combine(registerOf(r), registerOf(of), -1);
    const zero = ahead && step !== undefined ? combine(ahead, constantOf(step - constant), 1) : undefined;
    if (zero === undefined || step === undefined) continue;
    by.set(r, step);
    zeros.push(zero);
    needs.push(...its);
  }
  return { by, needs, zeros };
}

function isSame(left: Linear, right: Linear): boolean {
  const difference = combine(left, right, -1);
  return difference !== undefined && difference.terms.size === 0 && difference.constant === 0;
}

const negated: ReadonlyMap<Operation, Operation> = new Map([
  ["jeq", "jne"],
  ["jgt", "jle"],
  ["jge", "jlt"],
  ["jlt", "jge"],
  ["jle", "jgt"],
  ["jsgt", "jsle"],
  ["jsge", "jslt"],
  ["jslt", "jsge"],
  ["jsle", "jsgt"],
]);

/** Comparisons as `first < second + extra`, the two swapped where `swaps`; `true` for signed ones. */
const orders: ReadonlyMap<Operation, { readonly swaps: boolean; readonly extra: number; readonly isSigned: boolean }> =
  new Map([
    ["jlt", { swaps: false, extra: 0, isSigned: false }],
    ["jle", { swaps: false, extra: 1, isSigned: false }],
    ["jgt", { swaps: true, extra: 0, isSigned: false }],
    ["jge", { swaps: true, extra: 1, isSigned: false }],
    ["jslt", { swaps: false, extra: 0, isSigned: true }],
    ["jsle", { swaps: false, extra: 1, isSigned: true }],
    ["jsgt", { swaps: true, extra: 0, isSigned: true }],
    ["jsge", { swaps: true, extra: 1, isSigned: true }],
  ]);

/** The bound that the branch at the end of `node` sets, which every round passes; `isIn` tells the loop's blocks. */
function boundOf(source: Source, round: Round, node: Node, steps: Steps, isIn: (node: Node) => boolean) {
  const { taken, next, block } = node;
  if (node.flow !== "branch" || taken === undefined || next === undefined || isIn(taken) === isIn(next)) return;
  const index = block.end - 1;
  const { operation: jump, width, source: operand } = source.forms[index];
  const { dst, src, imm } = source.instructions[index];
  const operation = isIn(taken) ? jump : negated.get(jump);
  const first = round.at(node, dst);
  const second = operand === "k" ? constantOf(imm) : round.at(node, src);
  const order = operation === undefined ? undefined : orders.get(operation);
  if (first === undefined || second === undefined) return;
  if (order === undefined && operation !== "jne") return;
  const needs: Need[] = [...first.needs, ...second.needs];
  // Then comparing halves, or signed numbers, is comparing what they are the halves of.
  const limit = order?.isSigned ? POSITIVE : width === 32 || order !== undefined ? WORD : undefined;
  if (limit !== undefined) needs.push({ value: first, limit }, { value: second, limit });
  return order === undefined
    ? unequal(first, second, steps, needs)
    : ordered(order.swaps ? [second, first] : [first, second], order.extra, steps, needs);
}

function log2(value: number): number | undefined {
  const shift = Math.log2(value);
  return Number.isInteger(shift) && shift < 16 ? shift : undefined;
}

/** Rounds until two values that keep moving towards each other are equal. */
function unequal(first: Linear, second: Linear, steps: Steps, needs: readonly Need[]): Trips | undefined {
  const difference = combine(second, first, -1);
  const step = difference === undefined ? undefined : stepOf(difference, steps);
  if (difference === undefined || step === undefined || step === 0) return undefined;
  const distance = step < 0 ? difference : combine(constantOf(0), difference, -1);
  const shift = log2(Math.abs(step));
  if (distance === undefined || shift === undefined) return undefined;
  return { distance, below: undefined, shift, isExact: true, needs };
}

/** Rounds until the lesser is no longer below the greater. Needs keep both below 2^32, so nothing overflows on the way. */
function ordered(
  [lesser, greater]: readonly [Linear, Linear],
  extra: number,
  steps: Steps,
  needs: readonly Need[],
): Trips | undefined {
  const end = combine(greater, constantOf(extra), 1);
  const distance = end === undefined ? undefined : combine(end, lesser, -1);
  const step = distance === undefined ? undefined : stepOf(distance, steps);
  if (end === undefined || distance === undefined || step === undefined || step >= 0) return undefined;
  const shift = log2(-step);
  return shift === undefined ? undefined : { distance, below: [end, lesser], shift, isExact: false, needs };
}

/** A bound of how often the loop of `nodes` goes round, from a test that each round makes. */
export function tripsOf(
  source: Source,
  round: Round,
  nodes: readonly Node[],
  tails: readonly Node[],
  steps: Steps,
  tree: DominatorTree,
): Trips | undefined {
  const orders = new Set(nodes.map(({ order }) => order));
  for (const node of nodes) {
    if (!tails.every((tail) => tree.dominates(node.order, tail.order))) continue;
    const found = boundOf(source, round, node, steps, ({ order }) => orders.has(order));
    if (found !== undefined) return found;
  }
  return undefined;
}
