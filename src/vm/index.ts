export type { Executable, HelperFunction } from "./executable.ts";
export { BudgetError, FaultError, type Position } from "./fault.ts";
export { FRAME_BYTES, MAX_FRAMES } from "./frame.ts";
export { type LinkOptions, link } from "./link.ts";
export { Machine, type MachineOptions } from "./machine.ts";
export { type ArenaName, Memory, type MemoryOptions } from "./memory.ts";
export type { Limits } from "./meter.ts";
export type { Region, RegionKind, RegionOptions } from "./region.ts";
export { Regions } from "./regions.ts";
