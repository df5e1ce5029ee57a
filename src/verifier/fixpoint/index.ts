export {
  type AnalysisError,
  type Effort,
  Iteration,
  type IterationOptions,
  type NodeStates,
} from "./iteration.ts";
