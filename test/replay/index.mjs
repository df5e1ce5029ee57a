export { exceptions } from "./exceptions.mjs";
export { replay, replayScenario } from "./replay.mjs";
export { programsRoot, RecordingError, scenarios } from "./scenarios.mjs";
export { simulatedTarget } from "./simulated-target.mjs";
