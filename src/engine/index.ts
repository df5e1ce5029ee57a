export type { DirectMap } from "./direct-map.ts";
export {
  type Batch,
  type BatchOptions,
  type Engine,
  type Execution,
  type Feature,
  type Handle,
  LINUX_ATTACH_TYPE,
  LINUX_MAP_TYPE,
  type LinkInfo,
  type LoadedObject,
  type MapDeclaration,
  type MapInfo,
  type MapOptions,
  type Pin,
  type PrintkEvent,
  type ProgramInfo,
  type ProgramOptions,
  type RuntimeKind,
  type TestRunOptions,
  type TestRunResult,
  UpdateFlag,
  type WholeObject,
} from "./engine.ts";
export { failure } from "./failure.ts";
export {
  creationOrder,
  definitionOf,
  fillMap,
  matchesDefinition,
  objectsAreImages,
  writeInitial,
} from "./map-definition.ts";
export type {
  ObjectReader,
  ProgramChoice,
  SystemProgram,
  SystemVerdict,
  SystemVerifyOptions,
} from "./object-reader.ts";
export { type CanonicalPath, canonicalPinPath, PATH_BUFFER_BYTES } from "./pin-path.ts";
export { resultHints } from "./result-hints.ts";
export type { RingView } from "./ring.ts";
export type { LoadVerdict, LoadVerifier, MapCatalogue } from "./verifier.ts";
