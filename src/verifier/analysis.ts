import { EbpfError } from "../errors.ts";
import { quote } from "../printable.ts";
import type { ObjectSpec, ProgramSpec } from "../spec/index.ts";
import { finish, type Work } from "../turns/index.ts";
import { AccessFacts } from "./access-facts.ts";
import { analysisOptions, DEFAULT_STEPS } from "./analysis-options.ts";
import { BudgetExceeded } from "./budget-exceeded.ts";
import { ControlFlowFailure } from "./cfg/index.ts";
import { DIALECTS, type Dialect, type DialectName } from "./dialect.ts";
import { entryState, State, VariableSpace } from "./domain/index.ts";
import type { EarlyRefusal } from "./early-refusal.ts";
import { linkExternals } from "./externals.ts";
import { refusedForFaults } from "./faults.ts";
import { type AnalysisError, Iteration, type IterationOptions } from "./fixpoint/index.ts";
import type { InnerOptions } from "./inner-options.ts";
import { DecodingFailure, decodeProgram, type IrInstruction, readSlots } from "./ir/index.ts";
import { verifiedMaps } from "./maps.ts";
import { Meter } from "./meter.ts";
import type { VerifyOptions } from "./options.ts";
import { linuxPlatform, type VerifiedPlatform, windowsPlatform } from "./platform/index.ts";
import { type PreparedProgram, type ProgramFacts, prepare } from "./prepare.ts";
import { AnalysisAborted } from "./transfer/index.ts";

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
  /** What was found out about accesses, where a proof was asked for and the dialect is sound enough to give one. */
  readonly facts: AccessFacts | undefined;
  /** Whether the states around every node were kept. */
  readonly keepsStates: boolean;
}

export function platformOf(object: ObjectSpec, options: VerifyOptions): VerifiedPlatform {
  return object.platform === "linux" ? linuxPlatform : windowsPlatform(options.programTypes);
}

function factsOf(object: ObjectSpec, program: ProgramSpec, options: VerifyOptions, dialect: DialectName): ProgramFacts {
  const platform = platformOf(object, options);
  const name = options.type ?? program.type;
  const type = platform.programType(name, program.section);
  if (type === undefined) {
    throw new EbpfError("EBPF_INVALID_ARGUMENT", `${platform.name} has no program type ${quote(name)}`, {
      hint: `It has ${platform.programTypes.join(", ")}.`,
    });
  }
  const maps = verifiedMaps(object.maps);
  const byDescriptor = new Map(maps.map((map) => [map.fd, map]));
  return {
    dialect: DIALECTS[dialect],
    options: analysisOptions(options),
    platform,
    maxNodes: options.budget?.steps ?? DEFAULT_STEPS,
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

function* decodeAndPrepare(program: ProgramSpec, facts: ProgramFacts, analysed = true): Work<Decoded> {
  let decoded: readonly (IrInstruction | undefined)[] = [];
  const refused = (stage: EarlyRefusal["stage"], message: string, slot?: number): Decoded => ({
    decoded,
    program: undefined,
    refusal: { stage, message, slot },
  });
  const linked = linkExternals(yield* readSlots(program.code), program.references, facts.platform);
  if (linked.kind === "unresolved") return refused("load", "Unresolved symbols found.", linked.slot);
  try {
    const { storedImmediatesZeroExtended } = facts.dialect;
    decoded = yield* decodeProgram(linked.slots, { builtins: linked.builtins, storedImmediatesZeroExtended });
    // libs/api_common/api_common.cpp: Windows analyses no program without a type.
    if (analysed && facts.platform.name === "windows" && facts.type.name === "unspec")
      return refused("load", "Unspecified program type.");
    return { decoded, program: yield* prepare(decoded, facts), refusal: undefined };
  } catch (error) {
    if (error instanceof DecodingFailure) return refused("decode", error.message, error.slot);
    if (error instanceof BudgetExceeded) return refused("budget", error.message);
    if (error instanceof AnalysisAborted) return refused("analyze", error.message);
    if (error instanceof ControlFlowFailure) {
      const slot = / \(at (\d+)\)$/.exec(error.message)?.[1];
      return refused("cfg", error.message, error.slot ?? (slot === undefined ? undefined : Number(slot)));
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
  return finish(decodeAndPrepare(program, factsOf(object, program, options, dialect), false)).program;
}

/** The same, with pauses. */
export function* preparing(
  object: ObjectSpec,
  program: ProgramSpec,
  options: VerifyOptions,
  dialect: DialectName,
): Work<PreparedProgram | undefined> {
  return (yield* decodeAndPrepare(program, factsOf(object, program, options, dialect), false)).program;
}

/** One attempt at the analysis, with variables of its own: their numbers hang on the order in which they come up. */
function* attempt(program: PreparedProgram, options: IterationOptions): Work<Iteration> {
  const { environment } = program;
  const space = new VariableSpace(environment.options.totalStackSize, environment.dialect);
  const entry = environment.options.setupConstraints ? entryState(environment, space) : State.top(space);
  const iteration = yield* Iteration.start(program, entry, options);
  yield* iteration.run();
  return iteration;
}

/** `windows-1.6` accepts what is not safe: its word is no proof. */
function provesAccesses({ proof }: VerifyOptions, dialect: DialectName): boolean {
  return proof === true && dialect === "latest";
}

/** The analysis itself. An internal error of the original refuses the program there, and so here. */
function* analysed(
  program: PreparedProgram,
  keepStates: boolean,
  facts: AccessFacts | undefined,
): Work<CompletedRun | EarlyRefusal> {
  try {
    let iteration = yield* attempt(program, { keepStates, movesInLoops: true, facts });
    if (iteration.isSpoilt) iteration = yield* attempt(program, { keepStates, movesInLoops: false, facts });
    if (!iteration.hasErrors) yield* iteration.checkTermination();
    const errors = yield* iteration.errors();
    return { program, iteration, errors, passed: !iteration.hasErrors, keepsStates: keepStates, facts };
  } catch (error) {
    if (!(error instanceof AnalysisAborted)) throw error;
    return { stage: "analyze", message: error.message, slot: undefined };
  }
}

/**
 * Analyses one program in one dialect. Gives others their turn every few milliseconds.
 *
 * @throws EbpfError `EBPF_ABORTED`, and `EBPF_INVALID_ARGUMENT` for a program type that the platform does not know.
 */
export async function analyse(
  object: ObjectSpec,
  program: ProgramSpec,
  options: InnerOptions,
  dialect: DialectName,
): Promise<Analysis> {
  const start = performance.now();
  const known = factsOf(object, program, options, dialect);
  const result = { dialect: known.dialect, options: known.options };
  const fault = refusedForFaults(object, program);
  if (fault !== undefined) {
    return { ...result, decoded: [], refusal: fault, run: undefined, times: { prepare: 0, analyze: 0 } };
  }
  const meter = new Meter(options);
  const over = ({ message }: BudgetExceeded): EarlyRefusal => ({ stage: "budget", message, slot: undefined });
  const prepared = await meter.drive(decodeAndPrepare(program, known));
  const ready = performance.now();
  const times = (): AnalysisTimes => ({ prepare: ready - start, analyze: performance.now() - ready });
  if (prepared instanceof BudgetExceeded) {
    return { ...result, decoded: [], refusal: over(prepared), run: undefined, times: times() };
  }
  const { decoded, refusal } = prepared;
  if (prepared.program === undefined) return { ...result, decoded, refusal, run: undefined, times: times() };
  const facts = provesAccesses(options, dialect) ? new AccessFacts(decoded.length) : undefined;
  const run = await meter.drive(analysed(prepared.program, options.invariants === true, facts));
  if (run instanceof BudgetExceeded) {
    return { ...result, decoded, refusal: over(run), run: undefined, times: times() };
  }
  if ("stage" in run) return { ...result, decoded, refusal: run, run: undefined, times: times() };
  return { ...result, decoded, refusal: undefined, run, times: times() };
}
