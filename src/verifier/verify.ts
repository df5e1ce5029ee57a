import { assertObject, assertSignal } from "../arguments.ts";
import type { ObjectSpec, ProgramSpec } from "../spec/index.ts";
import { unhurried } from "../turns/index.ts";
import { type Analysis, analyse, platformOf } from "./analysis.ts";
import type { DialectName } from "./dialect.ts";
import { analysisFor, windowsLog } from "./log.ts";
import type { VerifyOptions } from "./options.ts";
import { proofOf } from "./proof/index.ts";
import {
  buildReport,
  type Finding,
  findingsOfAnalysis,
  type Report,
  type ReportParts,
  safeSuggestion,
} from "./report/index.ts";
import { secondLook } from "./second-look.ts";

const OLDER: DialectName = "windows-1.6";
const NEWEST: DialectName = "latest";

const isPassed = ({ run }: Analysis): boolean => run?.passed === true;

/** The findings of an analysis, the first with a proof that it is none, where there is one. */
async function explained(
  analysis: Analysis,
  object: ObjectSpec,
  program: ProgramSpec,
  options: VerifyOptions,
): Promise<readonly Finding[]> {
  if (isPassed(analysis)) return [];
  const [first, ...rest] = await unhurried(findingsOfAnalysis(analysis, program), options.signal);
  if (first === undefined) return [];
  const safe = await secondLook(analysis, object, program, options);
  return [safe === undefined ? first : { ...first, safe, suggestion: safeSuggestion(first) }, ...rest];
}

function asWarning(finding: Finding): Finding {
  return { ...finding, reason: `Windows 1.6 loads this, newer verifiers refuse it: ${finding.reason}` };
}

/**
 * Decides whether a program may be loaded, as the platform's own verifier decides, and says why. Pure: nothing is
 * loaded. Gives the event loop its turn every few milliseconds; `options.signal` aborts.
 *
 * What Windows 1.6 accepts although newer verifiers refuse it passes with a warning, or fails with `strictDialect`.
 *
 * @throws EbpfError `EBPF_ABORTED`; `EBPF_INVALID_ARGUMENT` for a program type that the platform does not know.
 */
export async function verify(object: ObjectSpec, program: ProgramSpec, options: VerifyOptions = {}): Promise<Report> {
  assertObject(object, "A spec");
  assertObject(program, "A program of a spec");
  assertObject(program.code, "A program's code");
  assertObject(options, "What verifying takes");
  assertSignal(options.signal);
  const dialect = options.dialect ?? platformOf(object, options).dialect;
  const type = options.type ?? program.type;
  const analysis = await analyse(object, program, analysisFor(options), dialect);
  const parts = { source: program, type, invariants: options.invariants === true };
  const finished = async (decisive: Pick<ReportParts, "analysis" | "warnings" | "proof">): Promise<Report> => {
    const log = await windowsLog(decisive.analysis, object, program, options);
    const findings = await explained(decisive.analysis, object, program, options);
    return await unhurried(buildReport({ ...parts, ...decisive, findings, log }), options.signal);
  };
  const prove = (accepting: Analysis) => proofOf(accepting, object, program, options);
  if (!isPassed(analysis) || dialect !== OLDER) {
    return await finished({ analysis, warnings: [], proof: prove(analysis) });
  }
  const newer = await analyse(object, program, options, NEWEST);
  if (isPassed(newer)) return await finished({ analysis, warnings: [], proof: prove(newer) });
  if (options.strictDialect === true) return await finished({ analysis: newer, warnings: [] });
  const objections = await explained(newer, object, program, options);
  return await finished({ analysis, warnings: objections.map(asWarning) });
}
