export { boundsOf, type Shown } from "./obligation.ts";
export type { Region } from "./path-value.ts";
export { MAX64 } from "./range.ts";
export { type Computed as ComputedTerm, computedIn, type Leaf, leavesOf, type Term } from "./term.ts";
export { type Proof, type ProvenPath, proveOnPaths, type Trail } from "./walk.ts";
