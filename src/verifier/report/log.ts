import type { EarlyRefusal } from "../early-refusal.ts";

/** What the original says of a refusal before the analysis. */
export function earlyText(refusal: EarlyRefusal): string {
  switch (refusal.stage) {
    case "decode":
      return `unmarshaling error at ${refusal.slot ?? 0}: ${refusal.message}`;
    case "analyze":
      return refusal.message;
    default:
      return `error: ${refusal.message}`;
  }
}

/** The same as Windows' API puts it (libs/api/Verifier.cpp), which has words of its own for what cannot be decoded. */
export function earlyLog(refusal: EarlyRefusal): string {
  if (refusal.stage === "decode") return `parse failure: ${refusal.slot ?? 0}: ${refusal.message}\n`;
  if (refusal.stage === "analyze") return `error: ${refusal.message}`;
  return earlyText(refusal);
}
