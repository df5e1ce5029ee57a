export { buildReport, findingsOfAnalysis, loopBoundOf, type ReportParts } from "./build-report.ts";
export { registersOf } from "./circumstances.ts";
export { escapeControls } from "./escape.ts";
export { explainOverlooked, safeSuggestion } from "./explain-overlooked.ts";
export { errorText } from "./findings.ts";
export { reportJson } from "./json.ts";
export { earlyLog, earlyText } from "./log.ts";
export { netshText } from "./netsh.ts";
export { type Overlooked, overlooked } from "./overlooked.ts";
export type {
  Category,
  Finding,
  LossOfProof,
  NodeInvariants,
  PathStep,
  Report,
  SafeAnyway,
  Statistics,
} from "./report.ts";
export { type ReportLevel, reportText } from "./text.ts";
