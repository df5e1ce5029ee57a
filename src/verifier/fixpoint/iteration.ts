import { each, Pace, sorted, type Work } from "../../turns/index.ts";
import type { AccessFacts } from "../access-facts.ts";
import { type Component, Graph, type Node } from "../cfg/index.ts";
import { check } from "../check/index.ts";
import { loopLimits, State, type VariableSpace } from "../domain/index.ts";
import type { Access, Assertion, IrInstruction } from "../ir/index.ts";
import { assertionsAt, type PreparedProgram } from "../prepare.ts";
import { transfer } from "../transfer/index.ts";
import { type CallContents, contentsOf, NOTHING_HELD } from "./call-contents.ts";
import { type Schedule, scheduleOf } from "./schedule.ts";

/** An assertion that may fail. */
export interface AnalysisError {
  readonly node: Node;
  readonly message: string;
  readonly assertion: Assertion;
}

/** What is known before and after a node; undefined where control never gets there. */
export interface NodeStates {
  readonly before: State | undefined;
  readonly after: State | undefined;
}

/** Work done so far. */
export interface Effort {
  /** Nodes analysed, counting each round of a loop. */
  readonly visits: number;
  readonly joins: number;
  readonly rounds: number;
}

export interface IterationOptions {
  /** Keep the states around every node; otherwise those before errors only, and what the iteration itself needs. */
  readonly keepStates: boolean;
  /** Move states inside of loops, too. */
  readonly movesInLoops: boolean;
  /** What is to be told of accesses that hold; undefined where nobody asks for a proof. */
  readonly facts?: AccessFacts | undefined;
}

/** A loop in progress. */
interface LoopRun {
  readonly head: Node;
  /** State at the head that this round starts from. */
  invariant: State;
  /** Rounds so far in this direction. */
  round: number;
  isDescending: boolean;
}

interface Level {
  readonly components: readonly Component[];
  readonly loop: LoopRun | undefined;
  at: number;
}

/** From this round on a loop's states are widened; at this round they are also cut to what values can be at all. */
const WIDENING_ROUND = 2;
/** Rounds of narrowing; states settle long before. */
const LAST_NARROWING_ROUND = 2_000_000;
/** What the bound of a counter costs, in things looked at. */
const COUNTER = 8;
/** Errors before which states are kept; those of hostile programs would fill the memory. */
export const EXPLAINED = 1000;

function hasAccess(instruction: IrInstruction): instruction is IrInstruction & { readonly access: Access } {
  return instruction.kind === "memory" || instruction.kind === "atomic";
}

/**
 * The analysis of one program: runs through the order, loops until their states are stable (Bourdoncle's recursive
 * strategy), and remembers the first assertion that may fail at each node. A node with an error is not passed again:
 * what it left the round before is what its children see.
 *
 * States are moved, not copied, along straight lines. What a loop's node left the round before is then gone: where an
 * assertion fails that held the round before, the analysis is of no use (`isSpoilt`), and has to be done again without
 * `movesInLoops`. Most programs never fail so.
 */
export class Iteration {
  readonly #program: PreparedProgram;
  readonly #schedule: Schedule;
  readonly #space: VariableSpace;
  readonly #keepStates: boolean;
  readonly #movesInLoops: boolean;
  readonly #facts: AccessFacts | undefined;
  readonly #levels: Level[];
  readonly #entry: State;
  readonly #counters: readonly number[];
  readonly #limits: State;
  readonly #after: (State | undefined)[];
  readonly #keptBefore: (State | undefined)[] = [];
  readonly #keptAfter: (State | undefined)[] = [];
  /** Nodes of which the state before is kept. */
  readonly #isKept: Uint8Array;
  readonly #atCalls: Int32Array;
  readonly #isReached: Uint8Array;
  readonly #isLeft: Uint8Array;
  readonly #isCounter: Uint8Array;
  readonly #assertions: (readonly Assertion[] | undefined)[];
  readonly #errors = new Map<Node, AnalysisError>();
  readonly #pace = new Pace();
  #visits = 0;
  #joins = 0;
  #rounds = 0;
  #isSpoilt = false;

  private constructor(
    program: PreparedProgram,
    entry: State,
    options: IterationOptions,
    parts: { readonly schedule: Schedule; readonly counters: readonly number[]; readonly limits: State },
  ) {
    const { graph } = program;
    this.#program = program;
    this.#space = entry.space;
    this.#keepStates = options.keepStates;
    this.#movesInLoops = options.movesInLoops;
    this.#facts = options.facts;
    this.#schedule = parts.schedule;
    this.#levels = [{ components: program.order, loop: undefined, at: 0 }];
    this.#counters = parts.counters;
    this.#entry = entry;
    if (!entry.isBottom()) for (const counter of this.#counters) entry.counterStart(counter);
    this.#limits = parts.limits;
    this.#after = new Array(graph.size).fill(undefined);
    this.#assertions = new Array(graph.size).fill(undefined);
    this.#isKept = new Uint8Array(graph.size).fill(Number(options.keepStates));
    this.#atCalls = new Int32Array(graph.size).fill(NOTHING_HELD);
    this.#isReached = new Uint8Array(graph.size);
    this.#isLeft = new Uint8Array(graph.size);
    this.#isCounter = new Uint8Array(graph.size);
    for (const { counter } of program.loops) this.#isCounter[counter] = this.#isKept[counter] = 1;
  }

  /** Everything that an analysis needs, before its first step. `entry` belongs to it from now on. */
  static *start(program: PreparedProgram, entry: State, options: IterationOptions): Work<Iteration> {
    const counters = program.loops.map((loop) => entry.space.counter(loop.name));
    const schedule = yield* scheduleOf(program.graph, program.order);
    const limits = yield* loopLimits(program.environment, entry.space, counters);
    return new Iteration(program, entry, options, { schedule, counters, limits });
  }

  /** The names that the states speak of. */
  get space(): VariableSpace {
    return this.#space;
  }

  get effort(): Effort {
    return { visits: this.#visits, joins: this.#joins, rounds: this.#rounds };
  }

  /** Whether the analysis stopped because it needed a state that it had moved. */
  get isSpoilt(): boolean {
    return this.#isSpoilt;
  }

  /** The whole analysis. */
  *run(): Work<void> {
    while (!this.#isSpoilt && (yield* this.#step())) yield;
  }

  *#step(): Work<boolean> {
    const level = this.#levels.at(-1);
    if (level === undefined) return false;
    const component = level.components[level.at++];
    if (component === undefined) {
      if (level.loop === undefined) this.#levels.pop();
      else yield* this.#endRound(level, level.loop);
    } else if (typeof component === "number") {
      yield* this.#pass(component, yield* this.#stateBefore(component));
    } else {
      const invariant = (yield* this.#join(this.#schedule.entering.get(component.head) ?? [])) ?? this.#bottom();
      const loop: LoopRun = { head: component.head, invariant, round: 0, isDescending: false };
      this.#levels.push({ components: component.body, loop, at: 0 });
      yield* this.#startRound(loop);
    }
    yield* this.#pace.catchUp(this.#space.takeTouched());
    return this.#levels.length > 0;
  }

  #bottom(): State {
    return State.bottom(this.#space);
  }

  *#startRound(loop: LoopRun): Work<void> {
    this.#rounds++;
    yield* this.#pass(loop.head, loop.invariant.isBottom() ? undefined : loop.invariant.copy());
  }

  /** Decides, with the state that came back to the head, whether the loop is stable or goes another round. */
  *#endRound(level: Level, loop: LoopRun): Work<void> {
    const before = loop.invariant;
    const back = (yield* this.#join(this.#schedule.parents[loop.head] ?? [])) ?? this.#bottom();
    if (loop.isDescending) {
      if ((yield* back.includes(before)) || ++loop.round > LAST_NARROWING_ROUND) {
        this.#setBefore(loop.head, before.isBottom() ? undefined : before);
        this.#levels.pop();
        return;
      }
      loop.invariant = loop.round === 1 ? yield* before.meet(back) : before.narrow(back);
    } else if (yield* before.includes(back)) {
      loop.invariant = back;
      loop.isDescending = true;
      loop.round = 0;
    } else {
      loop.round++;
      loop.invariant = yield* this.#grown(before, back, loop.round);
    }
    level.at = 0;
    yield* this.#startRound(loop);
  }

  *#grown(before: State, back: State, round: number): Work<State> {
    if (round < WIDENING_ROUND) {
      // What came back is the left side, whose model stays: D20 hangs on it (0.2.4, src/crab/ebpf_domain.cpp).
      yield* back.join(before);
      return back;
    }
    const widened = yield* before.widen(back);
    return round === WIDENING_ROUND ? yield* widened.meet(this.#limits) : widened;
  }

  *#stateBefore(node: Node): Work<State | undefined> {
    if (node === Graph.ENTRY) return this.#entry.isBottom() ? undefined : this.#entry.copy();
    return yield* this.#join(this.#schedule.parents[node] ?? [], node);
  }

  /**
   * The states behind some nodes as one; undefined where control leaves none of them. The reader takes what nobody
   * reads after it.
   */
  *#join(nodes: readonly Node[], reader = -1): Work<State | undefined> {
    let joined: State | undefined;
    for (const node of nodes) {
      const state = this.#after[node];
      if (state === undefined) continue;
      const mayTake = reader >= 0 && this.#schedule.taker[node] === reader && this.#isMoved(node);
      if (mayTake) this.#after[node] = undefined;
      if (joined === undefined) joined = mayTake ? state : state.copy();
      else {
        this.#joins++;
        yield* joined.join(state);
        yield 0;
      }
    }
    return joined;
  }

  /** Whether a node's state goes to its taker. Those behind counters are asked for at the end. */
  #isMoved(node: Node): boolean {
    return this.#schedule.isInLoop[node] === 0 || (this.#movesInLoops && this.#isCounter[node] === 0);
  }

  #setBefore(node: Node, state: State | undefined): void {
    this.#isReached[node] = state === undefined ? 0 : 1;
    if (this.#isKept[node] === 1) this.#keptBefore[node] = state?.copy();
  }

  /** Checks and executes a node on a state that now belongs to it. */
  *#pass(node: Node, state: State | undefined): Work<void> {
    this.#visits++;
    this.#setBefore(node, state);
    if (this.#errors.has(node)) return;
    if (state !== undefined) {
      const { graph, environment } = this.#program;
      if (this.#isCounter[node] !== 1 && !this.#holds(node, state)) {
        this.#isSpoilt = this.#isLeft[node] === 1 && this.#schedule.taker[node] !== -1 && this.#isMoved(node);
        return;
      }
      const instruction = graph.instruction(node);
      if (this.#facts !== undefined && hasAccess(instruction)) {
        this.#facts.note(graph.slotOf(node), instruction.access, state);
      }
      if (instruction.kind === "call") this.#atCalls[node] = contentsOf(state);
      yield* transfer(state, instruction, environment);
    }
    const after = state === undefined || state.isBottom() ? undefined : state;
    this.#after[node] = after;
    this.#isLeft[node] = after === undefined ? 0 : 1;
    if (this.#keepStates) this.#keptAfter[node] = after?.copy();
  }

  #holds(node: Node, state: State): boolean {
    this.#assertions[node] ??= assertionsAt(this.#program, node);
    for (const assertion of this.#assertions[node]) {
      const failure = check(state, assertion, this.#program.environment);
      if (failure === undefined) continue;
      this.#errors.set(node, { node, ...failure });
      if (this.#errors.size > EXPLAINED) return false;
      this.#isKept[node] = 1;
      this.#keptBefore[node] = state;
      return false;
    }
    return true;
  }

  /** Looks at the loop counters once all else is known to hold. */
  *checkTermination(): Work<void> {
    for (const { counter } of this.#program.loops) {
      const state = this.#keptBefore[counter];
      if (state !== undefined) this.#holds(counter, state);
      yield 0;
    }
  }

  /** Errors at nodes that control reaches, in the order of labels. */
  errors(): Work<AnalysisError[]> {
    const { graph } = this.#program;
    const reached = [...this.#errors.values()].filter(({ node }) => this.#isReached[node] === 1);
    return sorted(reached, (left, right) => graph.compare(left.node, right.node));
  }

  /** The error of a node, in whichever round it was found. */
  errorAt(node: Node): AnalysisError | undefined {
    return this.#errors.get(node);
  }

  /** Nodes with an error, those included that later rounds showed to be out of reach. */
  get errorCount(): number {
    return this.#errors.size;
  }

  /** Whether anything leads to a node. */
  isAnalysed(node: Node): boolean {
    return this.#schedule.isAnalysed[node] === 1;
  }

  /** Nodes that are analysed, in the order of analysis. */
  get nodes(): readonly Node[] {
    return this.#schedule.nodes;
  }

  /** Errors in the order of analysis: what comes first leads to what follows. */
  *inOrder(errors: readonly AnalysisError[]): Work<AnalysisError[]> {
    const byNode = new Map(errors.map((error) => [error.node, error]));
    const ordered: AnalysisError[] = [];
    yield* each(this.#schedule.nodes, (node) => {
      const error = byNode.get(node);
      if (error !== undefined) ordered.push(error);
    });
    return ordered;
  }

  /** Whether any assertion failed, even where later rounds showed the node to be out of reach. */
  get hasErrors(): boolean {
    return this.#errors.size > 0;
  }

  /** Sides of conditional jumps that control reaches but never takes, in the order of labels. */
  deadEdges(): Node[] {
    const { graph } = this.#program;
    return this.#schedule.nodes
      .filter(
        (node) =>
          graph.instruction(node).kind === "assume" &&
          this.#isReached[node] === 1 &&
          this.#isLeft[node] === 0 &&
          !this.#errors.has(node),
      )
      .sort((left, right) => graph.compare(left, right));
  }

  /** Whether control comes behind a node. */
  isPassed(node: Node): boolean {
    return this.#isLeft[node] === 1;
  }

  /** Upper bound of all loop counters; undefined where there is none. */
  *loopBound(): Work<number | bigint | undefined> {
    const pace = new Pace();
    let bound: number | bigint = 0;
    for (const { counter } of this.#program.loops) {
      const state = this.#after[counter];
      if (state === undefined) continue;
      for (const variable of this.#counters) {
        const upper = state.upperBound(variable);
        if (upper === undefined) return undefined;
        if (upper > bound) bound = upper;
        if (pace.isDue(COUNTER)) yield 0;
      }
    }
    return bound;
  }

  /** State behind the exit; undefined where the program never gets there. */
  get exitState(): State | undefined {
    return this.#after[Graph.EXIT];
  }

  /** What the registers held when control came to a call. */
  contentsAt(call: Node): CallContents {
    return this.#atCalls[call] ?? NOTHING_HELD;
  }

  /** Kept states of a node: where `keepStates` asked for them; the state before an error always. */
  statesAt(node: Node): NodeStates {
    return { before: this.#keptBefore[node], after: this.#keptAfter[node] };
  }
}
