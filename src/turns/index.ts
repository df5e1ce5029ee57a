export { othersTurn, TURN, unhurried } from "./unhurried.ts";
export { each, finish, Pace, sorted, type Work } from "./work.ts";
