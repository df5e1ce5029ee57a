import { setImmediate as nextTurn } from "node:timers/promises";
import { EbpfError } from "../errors.ts";
import type { ObjectSpec, ProgramSpec } from "../spec/index.ts";
import { analysisOptions, DEFAULT_BYTES, DEFAULT_STEPS } from "./analysis-options.ts";
import { ControlFlowFailure } from "./cfg/index.ts";
import { DIALECTS, type Dialect, type DialectName } from "./dialect.ts";
import { entryState, State, VariableSpace } from "./domain/index.ts";
import { linkExternals } from "./externals.ts";
import { type AnalysisError, Iteration } from "./fixpoint/index.ts";
import { DecodingFailure, decodeProgram, type IrInstruction, readSlots } from "./ir/index.ts";
import { verifiedMaps } from "./maps.ts";
import type { VerifyOptions } from "./options.ts";
import { linuxPlatform, type VerifiedPlatform, windowsPlatform } from "./platform/index.ts";
import { type PreparedProgram, type ProgramFacts, prepare } from "./prepare.ts";
import type { Stage } from "./stage.ts";
import { AnalysisAborted } from "./transfer/index.ts";

/** A refusal without an assertion that may fail. */
export interface EarlyRefusal {
  readonly stage: Stage;
  readonly message: string;
  /** Slot of the code, where one is to blame. */
  readonly slot: number | undefined;
}

/** Times in milliseconds. */
export interface AnalysisTimes {
  readonly prepare: number;
  readonly analyze: number;
}

/** What one run over one program in one dialect came to. */
export interface Analysis {
  readonly dialect: Dialect;
  readonly options: ProgramFacts["options"];
  readonly decoded: readonly (IrInstruction | undefined)[];
  readonly refusal: EarlyRefusal | undefined;
  /** Undefined where the program was refused before. */
  readonly run: CompletedRun | undefined;
  readonly times: AnalysisTimes;
}

export interface CompletedRun {
  readonly program: PreparedProgram;
  readonly iteration: Iteration;
  readonly errors: readonly AnalysisError[];
  readonly passed: boolean;
}

export function platformOf(object: ObjectSpec, options: VerifyOptions): VerifiedPlatform {
  return object.platform === "linux" ? linuxPlatform : windowsPlatform(options.programTypes);
}

function factsOf(object: ObjectSpec, program: ProgramSpec, options: VerifyOptions, dialect: DialectName): ProgramFacts {
  const platform = platformOf(object, options);
  const name = options.type ?? program.type;
  const type = platform.programType(name, program.section);
  if (type === undefined) {
    throw new EbpfError("EBPF_INVALID_ARGUMENT", `${platform.name} has no program type ${JSON.stringify(name)}`);
  }
  const maps = verifiedMaps(object.maps);
  const byDescriptor = new Map(maps.map((map) => [map.fd, map]));
  return {
    dialect: DIALECTS[dialect],
    options: analysisOptions(options),
    platform,
    groups: new Set(options.conformanceGroups ?? platform.groups),
    type,
    maps,
    map: (fd) => byDescriptor.get(fd),
  };
}

interface Decoded {
  readonly decoded: readonly (IrInstruction | undefined)[];
  readonly program: PreparedProgram | undefined;
  readonly refusal: EarlyRefusal | undefined;
}

function decodeAndPrepare(program: ProgramSpec, facts: ProgramFacts): Decoded {
  let decoded: readonly (IrInstruction | undefined)[] = [];
  const refused = (stage: EarlyRefusal["stage"], message: string, slot?: number): Decoded => ({
    decoded,
    program: undefined,
    refusal: { stage, message, slot },
  });
  const linked = linkExternals(readSlots(program.code), program.references, facts.platform);
  if (linked === undefined) return refused("load", "Unresolved symbols found.");
  try {
    const { storedImmediatesZeroExtended } = facts.dialect;
    decoded = decodeProgram(linked.slots, { builtins: linked.builtins, storedImmediatesZeroExtended });
    // libs/api_common/api_common.cpp: Windows analyses no program without a type.
    if (facts.platform.name === "windows" && facts.type.name === "unspec")
      return refused("load", "Unspecified program type.");
    return { decoded, program: prepare(decoded, facts), refusal: undefined };
  } catch (error) {
    if (error instanceof DecodingFailure) return refused("decode", error.message, error.slot);
    if (error instanceof ControlFlowFailure) {
      const slot = / \(at (\d+)\)$/.exec(error.message)?.[1];
      return refused("cfg", error.message, slot === undefined ? undefined : Number(slot));
    }
    throw error;
  }
}

/** The control flow of a program, not analysed; undefined where it has none. */
export function prepareProgram(
  object: ObjectSpec,
  program: ProgramSpec,
  options: VerifyOptions,
  dialect: DialectName,
): PreparedProgram | undefined {
  return decodeAndPrepare(program, factsOf(object, program, options, dialect)).program;
}

/** Milliseconds after which the event loop gets its turn. */
const TURN = 8;

/** Turns between two looks at the heap, which are slow. */
const TURNS_PER_LOOK = 12;

function overspent(
  iteration: Iteration,
  options: VerifyOptions,
  heapBefore: number | undefined,
): EarlyRefusal | undefined {
  const { steps = DEFAULT_STEPS, bytes = DEFAULT_BYTES } = options.budget ?? {};
  const refused = (limit: string): EarlyRefusal => ({
    stage: "budget",
    message: `the analysis took more than ${limit}`,
    slot: undefined,
  });
  if (iteration.effort.visits > steps) return refused(`${steps} steps`);
  if (heapBefore !== undefined && process.memoryUsage().heapUsed - heapBefore > bytes) return refused(`${bytes} bytes`);
  return undefined;
}

/** Runs for a while. An internal error of the original refuses the program there, and so here. */
function runFor(milliseconds: number, iteration: Iteration): boolean | EarlyRefusal {
  const end = performance.now() + milliseconds;
  try {
    return iteration.run(() => performance.now() >= end);
  } catch (error) {
    if (!(error instanceof AnalysisAborted)) throw error;
    return { stage: "analyze", message: error.message, slot: undefined };
  }
}

async function iterate(iteration: Iteration, options: VerifyOptions): Promise<EarlyRefusal | undefined> {
  let heapBefore: number | undefined;
  for (let turn = 1; ; turn++) {
    const outcome = runFor(TURN, iteration);
    if (outcome === true) return undefined;
    const isLook = turn % TURNS_PER_LOOK === 0;
    const refused = outcome === false ? overspent(iteration, options, isLook ? heapBefore : undefined) : outcome;
    if (refused !== undefined) return refused;
    if (isLook) heapBefore ??= process.memoryUsage().heapUsed;
    await nextTurn();
    if (options.signal?.aborted === true) {
      throw new EbpfError("EBPF_ABORTED", "the verification was aborted", { cause: options.signal.reason });
    }
  }
}

/**
 * Analyses one program in one dialect. Gives the event loop its turn every few milliseconds.
 *
 * @throws EbpfError `EBPF_ABORTED`, and `EBPF_INVALID_ARGUMENT` for a program type that the platform does not know.
 */
export async function analyse(
  object: ObjectSpec,
  program: ProgramSpec,
  options: VerifyOptions,
  dialect: DialectName,
): Promise<Analysis> {
  const start = performance.now();
  const facts = factsOf(object, program, options, dialect);
  const { decoded, program: prepared, refusal } = decodeAndPrepare(program, facts);
  const ready = performance.now();
  const result = { dialect: facts.dialect, options: facts.options, decoded };
  const times = (): AnalysisTimes => ({ prepare: ready - start, analyze: performance.now() - ready });
  if (prepared === undefined) return { ...result, refusal, run: undefined, times: times() };
  const space = new VariableSpace(facts.options.totalStackSize, facts.dialect);
  const entry = facts.options.setupConstraints ? entryState(prepared.environment, space) : State.top(space);
  const iteration = new Iteration(prepared, space, entry, { keepStates: options.invariants === true });
  const refused = await iterate(iteration, options);
  if (refused !== undefined) return { ...result, refusal: refused, run: undefined, times: times() };
  if (!iteration.hasErrors) iteration.checkTermination();
  const run = { program: prepared, iteration, errors: iteration.errors(), passed: !iteration.hasErrors };
  return { ...result, refusal: undefined, run, times: times() };
}
