export { type Checks, Compiled, type Host } from "./compiled.ts";
export { type Generated, type GenerateOptions, generate } from "./generate.ts";
export { LATE, LEFT, SHORT } from "./left.ts";
export { type EngineName, Tiers } from "./tiers.ts";
export type { CheckMode } from "./unit.ts";
