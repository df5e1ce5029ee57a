export {
  type Engine,
  type Feature,
  type Handle,
  type LinkInfo,
  type MapInfo,
  type MapOptions,
  type PrintkEvent,
  type ProgramInfo,
  type ProgramOptions,
  type RuntimeKind,
  type TestRunOptions,
  type TestRunResult,
  UpdateFlag,
} from "./engine.ts";
export { failure } from "./failure.ts";
