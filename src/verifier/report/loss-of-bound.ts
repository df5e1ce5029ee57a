import type { Work } from "../../turns/index.ts";
import type { Graph, Node } from "../cfg/index.ts";
import {
  Interval,
  isBounded,
  type Kind,
  PACKET_OFFSET,
  SHARED_OFFSET,
  STACK_OFFSET,
  type State,
  UVALUE,
} from "../domain/index.ts";
import type { Iteration } from "../fixpoint/index.ts";
import { type Register, T_NUMBER, T_PACKET, T_SHARED, T_STACK } from "../ir/index.ts";
import {
  boundsOf,
  type ComputedTerm,
  computedIn,
  type Leaf,
  leavesOf,
  MAX64,
  type ProvenPath,
  type Term,
  type Trail,
} from "../paths/index.ts";
import type { Overlooked } from "./overlooked.ts";

/** Where the verifier knows less than what is so. */
export interface LossOfBound {
  /** `computed`: the result of an instruction; `checked`: a check of what it was made from; `joined`: where ways meet. */
  readonly kind: "computed" | "checked" | "joined";
  readonly node: Node;
  readonly register: Register | undefined;
  /** What the verifier knows behind the node, and what is so. */
  readonly known: Interval | undefined;
  readonly actual: Interval | undefined;
  /** The check that bounds what the number was made from. */
  readonly check: Node | undefined;
}

const OFFSETS: ReadonlyMap<number, Kind> = new Map([
  [1 << T_NUMBER, UVALUE],
  [1 << T_PACKET, PACKET_OFFSET],
  [1 << T_SHARED, SHARED_OFFSET],
  [1 << T_STACK, STACK_OFFSET],
]);

/** What the verifier knows of the number in a register, or of the offset of the pointer in it. */
function knownOf(state: State | undefined, register: Register): Interval {
  if (state === undefined || state.isBottom()) return Interval.TOP;
  const kind = OFFSETS.get(state.typesOf(register));
  return kind === undefined ? Interval.TOP : state.intervalOf(register, kind);
}

/** What a term is on all paths. */
function* rangeOn(paths: readonly ProvenPath[], term: Term): Work<Interval> {
  let interval = Interval.BOTTOM;
  for (const { place } of paths) {
    const { min, max } = yield* boundsOf(term, place, -1n);
    interval = interval.join(Interval.of(narrow(min), narrow(max)));
  }
  return interval;
}

const narrow = (value: bigint): number | bigint => (value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : value);

function writtenBy(graph: Graph, node: Node): Register | undefined {
  const instruction = graph.instruction(node);
  if (instruction.kind === "memory" && instruction.isLoad && instruction.operand.kind === "register")
    return instruction.operand.register;
  return instruction.kind === "binary" || instruction.kind === "unary" ? instruction.dst : undefined;
}

/** The last check behind the place where a term is computed that speaks of what it is made from. */
function checkBehind(paths: readonly ProvenPath[], term: ComputedTerm): Node | undefined {
  const leaves = leavesOf(term);
  const [path] = paths;
  if (path === undefined) return undefined;
  const behind = new Set<Node>();
  for (let at: Trail | undefined = path.trail; at !== undefined && at.node !== term.node; at = at.before)
    behind.add(at.node);
  const fact = path.place.facts.facts.findLast(
    ({ left, right, node }) =>
      behind.has(node) && [left, right].some((side) => [...leavesOf(side)].some((leaf) => leaves.has(leaf))),
  );
  return fact?.node;
}

function* lossAt(
  { program, proof, failedNode }: Overlooked,
  iteration: Iteration,
  term: ComputedTerm,
): Work<LossOfBound | undefined> {
  const register = writtenBy(program.graph, term.node);
  const failed = failedNode(term.node);
  if (register === undefined || failed === undefined) return undefined;
  const known = knownOf(iteration.statesAt(failed).after, register);
  const actual = yield* rangeOn(proof.paths, term);
  if (known.isWithin(actual)) return undefined;
  const check = checkBehind(proof.paths, term);
  const failedCheck = check === undefined ? undefined : failedNode(check);
  return {
    kind: failedCheck === undefined ? "computed" : "checked",
    node: failed,
    register,
    known,
    actual,
    check: failedCheck,
  };
}

/** A number that was loaded, and of which the verifier does not know how large it can be. */
function loadedAt({ program, failedNode }: Overlooked, iteration: Iteration, { node, range }: Leaf): LossOfBound[] {
  const failed = node === undefined ? undefined : failedNode(node);
  const register = node === undefined ? undefined : writtenBy(program.graph, node);
  if (failed === undefined || register === undefined) return [];
  const known = knownOf(iteration.statesAt(failed).after, register);
  const actual = Interval.of(narrow(range.min), narrow(range.max));
  // Of 64 bits there is nothing to know.
  if (range.max === MAX64 || known.isWithin(actual)) return [];
  return [{ kind: "computed", node: failed, register, known, actual, check: undefined }];
}

const nodesOf = (trail: Trail): Node[] => {
  const nodes: Node[] = [];
  for (let at: Trail | undefined = trail; at !== undefined; at = at.before) nodes.push(at.node);
  return nodes;
};

/** The last place where ways meet that all ways pass. */
function meeting({ program, proof, failedNode }: Overlooked): Node | undefined {
  const [first, ...rest] = proof.paths.map(({ trail }) => nodesOf(trail));
  const others = rest.map((nodes) => new Set(nodes));
  const node = first?.find(
    (each) => program.graph.parentsOf(each).length > 1 && others.every((nodes) => nodes.has(each)),
  );
  return node === undefined ? undefined : failedNode(node);
}

const isLost = ({ known }: LossOfBound): boolean =>
  known !== undefined && !(isBounded(known.upper) && known.upper < 2 ** 31);

/** Where the verifier loses what a proof shows; undefined where that cannot be said. */
export function* lossOfBound(overlooked: Overlooked, iteration: Iteration): Work<LossOfBound | undefined> {
  const { proof } = overlooked;
  const terms = proof.paths.flatMap(({ shown }) => {
    const [first] = shown;
    return first === undefined || first === "holds" ? [] : [...computedIn(first.term)];
  });
  const inOrder = [...new Set(terms)].sort((left, right) => left.id - right.id);
  const leaves = new Set(inOrder.flatMap((term) => [...leavesOf(term)]));
  const losses: LossOfBound[] = [...leaves].flatMap((leaf) => loadedAt(overlooked, iteration, leaf));
  for (const term of inOrder) {
    const loss = yield* lossAt(overlooked, iteration, term);
    if (loss !== undefined) losses.push(loss);
  }
  const loss = losses.find(isLost) ?? losses[0];
  if (loss !== undefined) return loss;
  const node = meeting(overlooked);
  return node === undefined
    ? undefined
    : { kind: "joined", node, register: undefined, known: undefined, actual: undefined, check: undefined };
}
