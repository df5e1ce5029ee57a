import type { ObjectSpec, ProgramSpec } from "../spec/index.ts";
import { unhurried } from "../turns/index.ts";
import { type Analysis, analyse, platformOf } from "./analysis.ts";
import type { DialectName } from "./dialect.ts";
import { type InnerOptions, turnsOf } from "./inner-options.ts";
import { analysisFor, windowsLog } from "./log.ts";
import { proofOf } from "./proof-of.ts";
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
  options: InnerOptions,
): Promise<readonly Finding[]> {
  if (isPassed(analysis)) return [];
  const [first, ...rest] = await unhurried(findingsOfAnalysis(analysis, program), turnsOf(options));
  if (first === undefined) return [];
  const safe = await secondLook(analysis, object, program, options);
  return [safe === undefined ? first : { ...first, safe, suggestion: safeSuggestion(first) }, ...rest];
}

function asWarning(finding: Finding): Finding {
  return { ...finding, reason: `Windows 1.6 loads this, newer verifiers refuse it: ${finding.reason}` };
}

/** What `verify` says of a program, found out in this thread. */
export async function reportOn(object: ObjectSpec, program: ProgramSpec, options: InnerOptions): Promise<Report> {
  const dialect = options.dialect ?? platformOf(object, options).dialect;
  const type = options.type ?? program.type;
  const analysis = await analyse(object, program, analysisFor(options), dialect);
  const parts = { source: program, type, invariants: options.invariants === true };
  const finished = async (decisive: Pick<ReportParts, "analysis" | "warnings" | "proof">): Promise<Report> => {
    const log = await windowsLog(decisive.analysis, object, program, options);
    const findings = await explained(decisive.analysis, object, program, options);
    return await unhurried(buildReport({ ...parts, ...decisive, findings, log }), turnsOf(options));
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
