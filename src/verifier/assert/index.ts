export type { AssertionRules } from "./constraint.ts";
export { assertionsOfContract } from "./contract.ts";
export { assertionsOf } from "./extract.ts";
