export { parseBtf } from "./btf/read-types.ts";
export { type ParseOptions, parse } from "./parse.ts";
export { parsing } from "./parsing.ts";
export { assertWhole } from "./whole.ts";
export { type GlobalValue, type GlobalValues, withGlobals } from "./with-globals.ts";
