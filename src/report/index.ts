export { crashText, errorText } from "./error-text.ts";
export { globalsIn } from "./global-value.ts";
export { type Listing, list, listingJson, listingText } from "./listing.ts";
export { objectJson } from "./object-json.ts";
export { objectText } from "./object-text.ts";
export { type Progress, progressLine } from "./progress.ts";
export { runJson } from "./run-json.ts";
export type { MapContent, RunReport } from "./run-report.ts";
export { runText } from "./run-text.ts";
