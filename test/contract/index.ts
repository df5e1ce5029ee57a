export { contract, excuse } from "./contract.ts";
export { sections } from "./sections.ts";
export type { HelperNumbers, Need, OpenOptions, PlainType, Target } from "./target.ts";
