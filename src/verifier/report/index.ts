export { buildReport, findingsOfAnalysis, loopBoundOf } from "./build-report.ts";
export { escapeControls } from "./escape.ts";
export { reportJson } from "./json.ts";
export { earlyText, logOf } from "./log.ts";
export { netshText } from "./netsh.ts";
export type { Category, Finding, NodeInvariants, PathStep, Report, Statistics } from "./report.ts";
export { type ReportLevel, reportText } from "./text.ts";
