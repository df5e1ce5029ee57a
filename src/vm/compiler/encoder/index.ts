export { Code } from "./code.ts";
export { ModuleWriter, type Signature } from "./module.ts";
export { type, wasm } from "./opcode.ts";
