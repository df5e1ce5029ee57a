export { parseBtf } from "./btf/read-types.ts";
export { parse } from "./parse.ts";
export type { ParseOptions } from "./parse-options.ts";
export { parsing } from "./parsing.ts";
export { assertWhole } from "./whole.ts";
export { type GlobalValue, type GlobalValues, withGlobals } from "./with-globals.ts";
