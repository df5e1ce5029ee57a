import type { ConformanceGroup } from "../isa/index.ts";
import { each, type Work } from "../turns/index.ts";
import { type AssertionRules, assertionsOf, assertionsOfContract } from "./assert/index.ts";
import { BudgetExceeded } from "./budget-exceeded.ts";
import {
  buildGraph,
  type CallbackTargets,
  type Component,
  ControlFlowFailure,
  type CountedLoop,
  callbackTargets,
  checkSupport,
  checkTailCalls,
  type Graph,
  inlineCalls,
  insertCounters,
  weakTopologicalOrder,
} from "./cfg/index.ts";
import type { Dialect } from "./dialect.ts";
import type { AnalysisOptions, Environment, VerifiedMap } from "./environment.ts";
import {
  type Assertion,
  type Call,
  type IrInstruction,
  immediateOperand,
  type LoadAddress,
  type ResolvedCall,
  wideInteger,
} from "./ir/index.ts";
import type { VerifiedPlatform, VerifiedProgramType } from "./platform/index.ts";

/** What is known of a program besides its code. */
export interface ProgramFacts {
  readonly dialect: Dialect;
  readonly options: AnalysisOptions;
  readonly platform: VerifiedPlatform;
  readonly groups: ReadonlySet<ConformanceGroup>;
  readonly type: VerifiedProgramType;
  /** Instructions that there may be, copies of functions counted: the analysis takes a step for each. */
  readonly maxNodes: number;
  /** In the order of their indexes. */
  readonly maps: readonly VerifiedMap[];
  /** The map that a descriptor stands for. */
  map(fd: number): VerifiedMap | undefined;
}

/** A program that is ready for analysis. */
export interface PreparedProgram {
  readonly graph: Graph;
  readonly order: readonly Component[];
  /** Loops whose rounds are counted; empty where termination is not checked. */
  readonly loops: readonly CountedLoop[];
  readonly environment: Environment;
  readonly rules: AssertionRules;
}

function loadedByIndex(load: LoadAddress, maps: readonly VerifiedMap[]): IrInstruction {
  const map = maps[load.imm];
  if (map === undefined) throw new ControlFlowFailure(`invalid map index ${load.imm} (have ${maps.length} maps)`);
  return load.form === "map-by-index"
    ? { kind: "load-map", dst: load.dst, fd: map.fd }
    : { kind: "load-map-address", dst: load.dst, fd: map.fd, offset: load.high };
}

/** Replaces address loads by what they amount to; only the addresses of functions stay. */
function lowered(instruction: IrInstruction, maps: readonly VerifiedMap[]): IrInstruction {
  if (instruction.kind !== "load-address" || instruction.form === "code") return instruction;
  if (instruction.form !== "variable") return loadedByIndex(instruction, maps);
  const operand = immediateOperand(wideInteger(instruction.imm, instruction.high));
  return { kind: "binary", operation: "mov", dst: instruction.dst, operand, is64: true, wide: true };
}

/** What calls amount to: most programs call the same few functions again and again. */
class CallTargets {
  readonly #platform: VerifiedPlatform;
  readonly #type: VerifiedProgramType;
  readonly #known = new Map<string, ResolvedCall>();

  constructor(platform: VerifiedPlatform, type: VerifiedProgramType) {
    this.#platform = platform;
    this.#type = type;
  }

  of(call: Call): ResolvedCall {
    const key = `${call.callee} ${call.id} ${call.module}`;
    let target = this.#known.get(key);
    if (target === undefined) {
      target = this.#platform.resolve(call, this.#type);
      this.#known.set(key, target);
    }
    return target;
  }
}

function environmentOf(facts: ProgramFacts, rules: AssertionRules, callbacks: CallbackTargets): Environment {
  const { platform, type } = facts;
  return {
    dialect: facts.dialect,
    options: facts.options,
    context: type.context,
    isPrivileged: type.isPrivileged,
    socketLayout: platform.socketLayout,
    map: (fd) => facts.map(fd),
    mapKind: (number) => platform.mapKind(number),
    isHelperUsable: (id) => platform.isHelperUsable(id, type),
    resolveCall: (call) => platform.resolve(call, type),
    assertionsOfCall: (call): readonly Assertion[] => assertionsOfContract(platform.resolve(call, type), rules, 1),
    callbackTargets: callbacks.all,
    callbackTargetsWithExit: callbacks.withExit,
  };
}

/**
 * Turns decoded instructions into a graph in the order of analysis, with everything refused that can be refused without
 * analysing values.
 *
 * @throws ControlFlowFailure
 * @throws BudgetExceeded
 */
export function* prepare(decoded: readonly (IrInstruction | undefined)[], facts: ProgramFacts): Work<PreparedProgram> {
  const { dialect, options, platform, type } = facts;
  if (
    decoded.length > facts.maxNodes &&
    decoded.reduce((count, one) => count + Number(one !== undefined), 0) > facts.maxNodes
  )
    throw new BudgetExceeded(`${facts.maxNodes} steps`);
  const targets = new CallTargets(platform, type);
  const resolved: (IrInstruction | undefined)[] = [];
  yield* each(decoded, (instruction) => {
    const isCall = instruction?.kind === "call";
    resolved.push(isCall ? { ...instruction, target: targets.of(instruction) } : instruction);
  });
  yield* checkSupport(resolved, facts.groups);
  const instructions: (IrInstruction | undefined)[] = [];
  yield* each(resolved, (instruction) => {
    instructions.push(instruction && lowered(instruction, facts.maps));
  });
  const slotGraph = yield* buildGraph(instructions, options);
  yield* inlineCalls(slotGraph, {
    maxCallStackFrames: options.maxCallStackFrames,
    dropsBackEdges: dialect.inliningDropsBackEdges,
    maxNodes: facts.maxNodes,
  });
  const { graph } = slotGraph;
  const order = yield* weakTopologicalOrder(graph);
  yield* checkTailCalls(graph, order);
  const callbacks = yield* callbackTargets(graph);
  const { subprogramStackSize } = options;
  const rules: AssertionRules = { dialect, isPrivileged: type.isPrivileged, subprogramStackSize };
  const counted = options.checkTermination ? yield* insertCounters(graph, order) : { order, loops: [] };
  yield* graph.sortParents();
  return { graph, ...counted, environment: environmentOf(facts, rules, callbacks), rules };
}

/** What a node's instruction asks. */
export function assertionsAt({ graph, rules }: PreparedProgram, node: number): readonly Assertion[] {
  return assertionsOf(graph.instruction(node), rules, graph.frameDepth(node) + 1);
}
