export type { AttachOptions } from "./attach.ts";
export { Link } from "./link.ts";
export { BpfMap, type SetMode } from "./map.ts";
export { NamedList } from "./named-list.ts";
export { BpfObject } from "./object.ts";
export { openRuntime } from "./open.ts";
export { Program } from "./program.ts";
export { type CreateMapOptions, type LoadOptions, Runtime } from "./runtime.ts";
export { SimulatedRuntime, simulate } from "./simulated-runtime.ts";
