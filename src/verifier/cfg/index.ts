export { buildGraph } from "./build.ts";
export { type CallbackTargets, callbackTargets } from "./callbacks.ts";
export { ControlFlowFailure } from "./control-flow-failure.ts";
export { type CountedLoop, insertCounters } from "./counters.ts";
export { Graph, type Node } from "./graph.ts";
export { inlineCalls } from "./inline.ts";
export { checkSupport } from "./support.ts";
export { checkTailCalls } from "./tail-calls.ts";
export { type Component, type Loop, loopHeads, weakTopologicalOrder } from "./wto.ts";
