export { type AttachTypeRow, attachTypes } from "./attach-types.ts";
export {
  generalHelpers,
  type HelperArgument,
  type HelperReturn,
  type HelperRow,
  helperOverrides,
  specificHelpers,
  unimplementedGeneralHelpers,
} from "./helpers.ts";
export { type LinuxMapFamily, linuxMapFamily } from "./linux/map-families.ts";
export { linuxSectionType } from "./linux/section-types.ts";
export { MapType, type MapTypeRow, mapTypes } from "./map-types.ts";
export { type ContextField, type ContextRow, type ProgramTypeRow, programTypes } from "./program-types.ts";
export { EbpfResult, errnoNumbers, type ResultRow, results } from "./results.ts";
export { attachTypeOfSection } from "./section-types.ts";
