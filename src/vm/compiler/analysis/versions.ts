import type { Check } from "./checks.ts";
import type { Dominance } from "./dominators.ts";
import { type Graph, type Node, sortNodes } from "./graph.ts";
import { combine, constantOf, type Linear, type Need, sameTerms } from "./linear.ts";
import type { Loops } from "./loops.ts";
import { Round, type RoundOptions } from "./round.ts";
import { type Steps, stepOf, stepsOf, type Trips, tripsOf } from "./trips.ts";

/** Longer loops gain too little for what their second version costs; so do those that are not checked. */
const LONGEST = 160;
const LONGEST_UNCHECKED = 24;

/** Bytes that all rounds together touch, by one access or several that lie side by side. */
export interface Span {
  /** Address of the first of them in the first round. */
  readonly first: Linear;
  /** From there to the end of the last of them in that round. */
  readonly bytes: number;
  /** What a round adds to both. */
  readonly step: number;
  readonly check: Check;
}

/** A loop whose checks are made all at once, before it: where they succeed, a version without checks runs. */
export interface Version {
  readonly header: Node;
  readonly nodes: readonly Node[];
  readonly trips: Trips;
  readonly needs: readonly { readonly value: Linear; readonly limit: number; readonly step: number }[];
  readonly zeros: readonly Linear[];
  readonly spans: readonly Span[];
  /** Positions of the checks that the fast version leaves out. */
  readonly hoisted: ReadonlySet<number>;
  /** Instructions of a round at most. */
  readonly length: number;
  /** True where the bound is how often the loop does go round, for it is one block, and nothing in it leaves. */
  readonly isCounted: boolean;
}

function needsOf(needs: readonly Need[], steps: Steps): Version["needs"] | undefined {
  const found: { value: Linear; limit: number; step: number }[] = [];
  for (const { value, limit } of new Set(needs)) {
    const step = stepOf(value, steps);
    if (step === undefined) return undefined;
    const isKnown = found.some(
      (one) => one.limit === limit && one.value.constant === value.constant && sameTerms(one.value, value),
    );
    const isConstant = value.terms.size === 0 && value.constant >= 0 && value.constant < limit;
    if (!isKnown && !isConstant) found.push({ value, limit, step });
  }
  return found;
}

/** Adds a span to those that are asked for, or makes one of them longer by it. */
function addSpan(spans: Span[], span: Span): void {
  const at = spans.findIndex(
    ({ first, step, check }) => step === span.step && check.group === span.check.group && sameTerms(first, span.first),
  );
  if (at === -1) {
    spans.push(span);
    return;
  }
  const other = spans[at];
  const start = Math.min(other.first.constant, span.first.constant);
  const end = Math.max(other.first.constant + other.bytes, span.first.constant + span.bytes);
  spans[at] = { ...other, first: { ...other.first, constant: start }, bytes: end - start };
}

export interface VersionOptions extends RoundOptions {
  readonly graph: Graph;
  readonly dominance: Dominance;
  readonly loops: Loops;
  /** By position. */
  readonly checks: ReadonlyMap<number, Check>;
}

/** Plans the fast version of an innermost loop; undefined where there is none, or it would gain nothing. */
function versionOf(options: VersionOptions, header: Node): Version | undefined {
  const { graph, loops, source, checks, predecessors, dominance } = options;
  const nodes = graph.nodes.filter(({ order }) => loops.innermost[order] === header.order);
  const length = nodes.reduce((sum, { block }) => sum + block.end - block.start, 0);
  const isSimple = nodes.every(({ flow }) => flow === "fall" || flow === "jump" || flow === "branch");
  if (!isSimple || length > LONGEST) return undefined;
  const touched: { readonly position: number; readonly check: Check; readonly base: Linear }[] = [];
  let hasCalls = false;
  const round = new Round(options, nodes, (node, index, state) => {
    if (source.forms[index].kind === "call") hasCalls = true;
    const position = node.position + index - node.block.start;
    const check = checks.get(position);
    const base = check === undefined || check.only !== undefined ? undefined : state[check.access.base];
    if (check !== undefined && base !== undefined) touched.push({ position, check, base });
  });
  if (hasCalls) return undefined;
  const isChecked = (position: number) => checks.has(position) && !hoisted.has(position);
  const tails = nodes.filter(({ order }) => predecessors[header.order].includes(order));
  const steps = stepsOf(round, tails);
  const trips = tripsOf(source, round, nodes, tails, steps, dominance.tree);
  if (trips === undefined) return undefined;
  const spans: Span[] = [];
  const hoisted = new Set<number>();
  const needs: Need[] = [...trips.needs, ...steps.needs];
  for (const { position, check, base } of touched) {
    const { access, start, end } = check;
    const first = combine(base, constantOf(start - access.start + access.offset), 1);
    const step = first === undefined ? undefined : stepOf(first, steps);
    if (first === undefined || step === undefined || needsOf(first.needs, steps) === undefined) continue;
    needs.push(...first.needs);
    hoisted.add(position);
    addSpan(spans, { first, bytes: end - start, step, check });
  }
  const kept = needsOf(needs, steps);
  if (kept === undefined || (hoisted.size === 0 && length > LONGEST_UNCHECKED)) return undefined;
  const isCounted = nodes.length === 1 && !Array.from({ length }, (_, at) => header.position + at).some(isChecked);
  return { header, nodes, trips, needs: kept, zeros: steps.zeros, spans, hoisted, length, isCounted };
}

/** Puts the fast version of a loop beside it, and the choice between them before both. */
function insert(nodes: Node[], version: Version): Node {
  const { header } = version;
  const twins = new Map<Node, Node>();
  for (const node of version.nodes) twins.set(node, { ...node, version });
  for (const twin of twins.values()) {
    if (twin.taken !== undefined) twin.taken = twins.get(twin.taken) ?? twin.taken;
    if (twin.next !== undefined) twin.next = twins.get(twin.next) ?? twin.next;
  }
  const { start } = header.block;
  const choice: Node = {
    instance: header.instance,
    block: { start, end: start, ending: "fall", taken: -1, next: start },
    flow: "choice",
    position: header.position,
    taken: twins.get(header),
    next: header,
    order: -1,
    version,
  };
  const own = new Set(version.nodes);
  for (const node of nodes) {
    if (own.has(node)) continue;
    if (node.taken === header) node.taken = choice;
    if (node.next === header) node.next = choice;
  }
  nodes.push(choice, ...twins.values());
  return choice;
}

/** The graph with fast versions of the loops that allow it; the same where none does. Orders are new, if so. */
export function addVersions(options: VersionOptions): Graph {
  const { graph, loops } = options;
  const isAround = new Set(loops.around);
  const headers = graph.nodes.filter(({ order }) => loops.isHeader[order] && !isAround.has(order));
  const versions = headers.map((header) => versionOf(options, header)).filter((version) => version !== undefined);
  if (versions.length === 0) return graph;
  const nodes = [...graph.nodes];
  let [entry] = nodes;
  for (const version of versions) {
    const choice = insert(nodes, version);
    if (version.header === entry) entry = choice;
  }
  for (const node of nodes) node.order = -1;
  return { nodes: sortNodes(entry), instances: graph.instances };
}
