export { finish } from "../turns/index.ts";
export { analyse } from "./analysis.ts";
export { countInstructions } from "./count-instructions.ts";
export type { DialectName } from "./dialect.ts";
export { judge } from "./judge.ts";
export type { Judgement } from "./judgement-on.ts";
export { levelLog } from "./levels/index.ts";
export type { LogLevel } from "./log-level.ts";
export type { VerifyBudget, VerifyOptions } from "./options.ts";
export type { CustomProgramType } from "./platform/index.ts";
export {
  type Category,
  earlyText,
  errorText,
  type Finding,
  type NodeInvariants,
  netshText,
  type PathStep,
  type Report,
  type ReportLevel,
  reportJson,
  reportText,
  type Statistics,
} from "./report/index.ts";
export { VerifierError } from "./verifier-error.ts";
export { verify } from "./verify.ts";
export { verifyAll } from "./verify-all.ts";
