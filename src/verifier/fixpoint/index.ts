export { type AnalysisError, type Effort, Iteration, type NodeStates } from "./iteration.ts";
