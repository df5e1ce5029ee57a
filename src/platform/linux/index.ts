export { type BuiltinMemory, type LinuxBuiltin, linuxBuiltins, unknownExtern } from "./builtins.ts";
export { linuxHelpers } from "./helpers.ts";
export { type LinuxKernelFunction, linuxKernelFunctions } from "./kernel-functions.ts";
export { type LinuxMapFamily, linuxMapFamily } from "./map-families.ts";
export {
  type LinuxContext,
  type LinuxContextName,
  type LinuxProgramType,
  linuxContexts,
  linuxProgramTypes,
} from "./program-types.ts";
export type { ArgumentType, Prototype, ReturnType } from "./prototype.ts";
export { linuxSectionType } from "./section-types.ts";
export { type LinuxSocketField, linuxSocket } from "./socket.ts";
