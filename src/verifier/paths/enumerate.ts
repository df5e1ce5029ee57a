import { compute, holds } from "./concrete.ts";
import type { Fact, PathFacts } from "./path-facts.ts";
import type { Term } from "./term.ts";

/** Combinations of inputs times terms that are computed for each. */
const MOST_WORK = 400_000n;

/** Terms computed between two pauses, and those that a step of the budget stands for. */
const PAUSE = 8192;
const STEP = 128;

/** Checks that are looked at, the last ones. */
const CHECKS = 16;

/** Above it a number is too large to be tried out. */
const LARGE = 0xffffn;

/** What is left of a large number where only some of its bits are used; it is tried out instead of the number. */
function isPart(term: Term): boolean {
  if (term.kind !== "computed" || term.range.max > LARGE) return false;
  return term.right.kind === "constant" && term.left.kind === "leaf" && term.left.range.max > LARGE;
}

const isInput = (term: Term): boolean => term.kind === "leaf" || isPart(term);

/** The numbers that a term is made of and that are tried out. */
function inputsOf(term: Term, found: Set<Term>, seen: Set<Term>): void {
  if (seen.has(term)) return;
  seen.add(term);
  if (isInput(term)) found.add(term);
  else if (term.kind === "computed") {
    inputsOf(term.left, found, seen);
    inputsOf(term.right, found, seen);
  }
}

/** Terms in an order in which operands come first; without inputs. */
function inOrder(roots: readonly Term[]): Term[] {
  const order: Term[] = [];
  const seen = new Set<Term>();
  const visit = (term: Term): void => {
    if (seen.has(term)) return;
    seen.add(term);
    if (isInput(term)) return;
    if (term.kind === "computed") {
      visit(term.left);
      visit(term.right);
    }
    order.push(term);
  };
  roots.forEach(visit);
  return order;
}

/** Calls back with the value of each goal, for each combination of inputs that a path allows. False: there are too many. */
export function* enumerate(
  goals: readonly Term[],
  facts: PathFacts,
  visit: (values: readonly bigint[]) => boolean,
): Generator<number | undefined, boolean, undefined> {
  const found = new Set<Term>();
  const seen = new Set<Term>();
  for (const goal of goals) inputsOf(goal, found, seen);
  const inputs = [...found];
  let combinations = 1n;
  const ranges = inputs.map((input) => facts.rangeOf(input));
  for (const { min, max } of ranges) combinations *= max - min + 1n;
  if (combinations > MOST_WORK) return false;
  const isCovered = ({ left, right }: Fact): boolean => {
    const needed = new Set<Term>();
    const visited = new Set<Term>();
    inputsOf(left, needed, visited);
    inputsOf(right, needed, visited);
    return [...needed].every((input) => found.has(input));
  };
  const conditions = facts.facts.slice(-CHECKS).filter(isCovered);
  const order = inOrder([...goals, ...conditions.flatMap(({ left, right }) => [left, right])]);
  if (combinations * BigInt(order.length) > MOST_WORK) return false;
  const values = new Map<Term, bigint>();
  let work = 0;
  const numbers = ranges.map(({ min }) => min);
  for (let done = 0n; done < combinations; done++) {
    inputs.forEach((input, at) => {
      values.set(input, numbers[at] ?? 0n);
    });
    for (const term of order) {
      if (term.kind === "constant") values.set(term, term.value);
      if (term.kind !== "computed") continue;
      const [left, right] = [values.get(term.left) ?? 0n, values.get(term.right) ?? 0n];
      values.set(term, compute(term.operation, left, right, term.is64));
    }
    const isAllowed = conditions.every(({ operation, left, right, is64 }) =>
      holds(operation, values.get(left) ?? 0n, values.get(right) ?? 0n, is64),
    );
    if (isAllowed && !visit(goals.map((goal) => values.get(goal) ?? 0n))) return true;
    for (let at = 0; at < numbers.length; at++) {
      const next = (numbers[at] ?? 0n) + 1n;
      const range = ranges[at];
      if (range === undefined) break;
      numbers[at] = next > range.max ? range.min : next;
      if (next <= range.max) break;
    }
    work += order.length;
    if (work < PAUSE) continue;
    yield work / STEP;
    work = 0;
  }
  yield work / STEP;
  return true;
}
