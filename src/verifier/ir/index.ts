export type * from "./assertion.ts";
export { LOOP_LIMIT } from "./assertion.ts";
export type * from "./call.ts";
export type * from "./instruction.ts";
export * from "./operand.ts";
export * from "./type-set.ts";
