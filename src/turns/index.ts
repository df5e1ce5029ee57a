export { ALONE, aborted, FewTurns, LoopTurns, OutOfTurns, type Turns } from "./turns.ts";
export { TURN, unhurried } from "./unhurried.ts";
export { each, finish, Pace, sorted, type Work } from "./work.ts";
