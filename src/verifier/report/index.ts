export { buildReport, findingsOfAnalysis, loopBoundOf, type ReportParts } from "./build-report.ts";
export { registersOf } from "./circumstances.ts";
export { escapeControls } from "./escape.ts";
export { errorText } from "./findings.ts";
export { reportJson } from "./json.ts";
export { earlyLog, earlyText } from "./log.ts";
export { netshText } from "./netsh.ts";
export type { Category, Finding, NodeInvariants, PathStep, Report, Statistics } from "./report.ts";
export { type ReportLevel, reportText } from "./text.ts";
