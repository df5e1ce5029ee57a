import { assertReport } from "./assert-report.ts";
import { escapeControls } from "./escape.ts";
import type { Finding, PathStep, Report } from "./report.ts";

/** Steps of a path that are printed; those nearest to the place matter most. */
const STEPS_SHOWN = 6;

/** Columns of a line that is prose; code and the verifier's own words stay whole, for searching. */
const WIDTH = 100;

/** Prose in lines, those behind the first further in. */
function folded(text: string): string[] {
  const lines: string[] = [];
  let rest = text;
  while (rest.length > WIDTH) {
    const indent = rest.length - rest.trimStart().length;
    const at = rest.lastIndexOf(" ", WIDTH);
    if (at <= indent) break;
    lines.push(rest.slice(0, at));
    rest = `        ${rest.slice(at + 1)}`;
  }
  return [...lines, rest];
}

/** A label for people: `5/12` is instruction 12 of a function that is called at 5. */
function placeText(at: string): string {
  const [label = ""] = at.split(" ");
  const sites = label.split("/");
  const slot = sites.pop() ?? "";
  return `instruction ${slot}${sites.length === 0 ? "" : `, called at ${sites.join(", then ")}`}`;
}

function sourceLines({ source, slot, at }: Finding): string[] {
  const where = at === undefined ? "" : placeText(at);
  if (source === undefined) return slot === undefined ? [] : [`  --> ${where}`];
  const number = `${source.line}`;
  const margin = " ".repeat(number.length);
  const text = source.text.replace(/\t/g, " ");
  const indent = source.column > 0 ? source.column - 1 : text.length - text.trimStart().length;
  return [
    `${margin}--> ${source.file}:${source.line}${source.column > 0 ? `:${source.column}` : ""} (${where})`,
    `${margin} |`,
    `${number} | ${text}`,
    `${margin} | ${" ".repeat(indent)}^`,
  ];
}

function stepText({ slot, condition, source }: PathStep): string {
  const line = source === undefined ? "" : `  (line ${source.line}: ${source.text.trim()})`;
  return `    ${slot}: ${condition}${line}`;
}

function pathLines(path: readonly PathStep[]): string[] {
  if (path.length === 0) return [];
  const hidden = path.length - STEPS_SHOWN;
  const before = hidden > 0 ? [`    … ${hidden} more before`] : [];
  return ["  way there:", ...before, ...path.slice(-STEPS_SHOWN).map(stepText)];
}

/** Why it is safe, and where the verifier loses sight of that. */
function safeLines({ safe }: Finding): string[] {
  if (safe === undefined) return [];
  const { reason, loss } = safe;
  const note = `  note: ${reason}`;
  if (loss === undefined) return folded(`${note}, but the verifier cannot see it`);
  const line = loss.source === undefined ? "" : `  (line ${loss.source.line}: ${loss.source.text.trim()})`;
  const instruction = loss.instruction === undefined ? "" : `: ${loss.instruction}`;
  return [
    ...folded(`${note}, but the verifier loses sight of it here:`),
    `    ${loss.slot}${instruction}${line}`,
    ...folded(`    ${loss.reason}`),
  ];
}

function findingLines(finding: Finding, kind: "error" | "warning"): string[] {
  const { instruction, facts, suggestion, alsoAt, message } = finding;
  return [
    `${kind}[${finding.category}]: ${finding.reason}`,
    ...sourceLines(finding),
    ...(instruction === undefined ? [] : [`  instruction: ${instruction}`]),
    ...(facts.length === 0 ? [] : ["  known there:", ...facts.map((fact) => `    ${fact}`)]),
    ...pathLines(finding.path),
    ...safeLines(finding),
    ...(suggestion === undefined ? [] : folded(`  help: ${suggestion}`)),
    ...(alsoAt.length === 0 ? [] : [`  also at: ${alsoAt.join(", ")}`]),
    `  verifier: ${finding.at === undefined ? "" : `${finding.at}: `}${message}`,
    "",
  ];
}

/** How much of a report is printed: `normal` leaves out warnings' details, `verbose` adds the invariants. */
export type ReportLevel = "normal" | "informational" | "verbose";

function summary(report: Report): string {
  const { maxLoopCount, worstCaseInstructions, instructions } = report.statistics;
  const name = `${report.section}/${report.program} (${report.type}, ${report.dialect})`;
  if (report.verdict === "fail")
    return `${name}: refused, ${report.errorCount} error${report.errorCount === 1 ? "" : "s"}`;
  const loops = maxLoopCount === undefined || maxLoopCount === 0 ? "" : `, loops end within ${maxLoopCount} rounds`;
  const worst = worstCaseInstructions === undefined ? "" : `, at most ${worstCaseInstructions} instructions a run`;
  return `${name}: accepted; ${instructions} slots${loops}${worst}`;
}

function invariantLines(report: Report): string[] {
  return (report.invariants ?? []).flatMap(({ at, instruction, before, after }) => [
    `${at}: ${instruction}`,
    `  before: ${before.join(", ")}`,
    `  after:  ${after.join(", ")}`,
  ]);
}

/** A report as people read it. Names and texts from the object are escaped. */
export function reportText(report: Report, level: ReportLevel = "normal"): string {
  assertReport(report);
  const shown = level === "normal" ? report.findings.slice(0, 1) : report.findings;
  const hidden = report.findings.length - shown.length;
  const lines = [
    ...shown.flatMap((finding) => findingLines(finding, "error")),
    ...(hidden > 0 ? [`${hidden} more finding${hidden === 1 ? "" : "s"}: --level informational shows them`, ""] : []),
    ...report.warnings.flatMap((finding) => findingLines(finding, "warning")),
    ...(level === "verbose" ? invariantLines(report) : []),
    summary(report),
  ];
  return `${lines.map(escapeControls).join("\n")}\n`;
}
