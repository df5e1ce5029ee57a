export { linuxPlatform } from "./linux.ts";
export type { VerifiedPlatform, VerifiedProgramType } from "./verified-platform.ts";
export { type CustomProgramType, windowsPlatform } from "./windows.ts";
