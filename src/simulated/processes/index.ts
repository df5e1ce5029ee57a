export type { Process } from "./process.ts";
export { Processes, type ProcessOptions, type ProcessOutcome } from "./processes.ts";
export type { User, UserOptions } from "./user.ts";
