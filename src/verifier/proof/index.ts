export { AccessFacts } from "./access-facts.ts";
export { proofOf } from "./proof-of.ts";
