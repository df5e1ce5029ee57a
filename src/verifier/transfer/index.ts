export { AnalysisAborted } from "../domain/index.ts";
export { calledHelper } from "./call.ts";
export { commonOf, mapsOf, rangeOf } from "./map-load.ts";
export { transfer } from "./transfer.ts";
