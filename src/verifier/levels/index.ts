export { levelLog, needsStates } from "./level-log.ts";
