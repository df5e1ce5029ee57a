export type { BtfMember, BtfParameter, BtfSpec, BtfType, BtfVariable } from "./btf-spec.ts";
export type { GlobalSpec } from "./global-spec.ts";
export { type Instruction, SLOT_BYTES } from "./instruction.ts";
export type { InitialEntry, MapSpec } from "./map-spec.ts";
export type { ObjectSpec, Platform } from "./object-spec.ts";
export type { FunctionSpec, ProgramSpec, Reference } from "./program-spec.ts";
export type { SourceLine } from "./source-line.ts";
export type { Step } from "./step.ts";
