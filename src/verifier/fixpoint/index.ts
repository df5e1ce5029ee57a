export { type CallContents, holdsSomething, mayHoldPacket } from "./call-contents.ts";
export {
  type AnalysisError,
  type Effort,
  EXPLAINED,
  Iteration,
  type IterationOptions,
  type NodeStates,
} from "./iteration.ts";
