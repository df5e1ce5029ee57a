import type { AnalysisOptions } from "./environment.ts";
import type { VerifyOptions } from "./options.ts";

const FRAME_BYTES = 512;
const FRAMES = 8;
const PACKET_BYTES = 0xffff;

export function analysisOptions(options: VerifyOptions): AnalysisOptions {
  const { subprogramStackSize = FRAME_BYTES, maxCallStackFrames = FRAMES, maxPacketSize = PACKET_BYTES } = options;
  return {
    strict: options.strict ?? false,
    allowDivisionByZero: options.allowDivisionByZero ?? true,
    bigEndian: options.bigEndian ?? false,
    checkTermination: options.checkTermination ?? true,
    subprogramStackSize,
    maxCallStackFrames,
    maxPacketSize,
    totalStackSize: subprogramStackSize * maxCallStackFrames,
    setupConstraints: options.setupConstraints ?? true,
    mustHaveExit: options.mustHaveExit ?? true,
  };
}

export const DEFAULT_STEPS = 300_000;
export const DEFAULT_BYTES = 2 ** 31;
