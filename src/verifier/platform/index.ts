export type { CustomProgramType } from "./custom-program-type.ts";
export { linuxPlatform } from "./linux.ts";
export type { VerifiedPlatform, VerifiedProgramType } from "./verified-platform.ts";
export { windowsPlatform } from "./windows.ts";
