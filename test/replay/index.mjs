export { exceptions } from "./exceptions.mjs";
export { nativeTarget } from "./native-target.mjs";
export { journalWatch, replayInProcesses } from "./processes.mjs";
export { replay, replayScenario } from "./replay.mjs";
export { programsRoot, RecordingError, scenarios } from "./scenarios.mjs";
export { simulatedTarget } from "./simulated-target.mjs";
export { printSummary } from "./summary.mjs";
