export { createMap } from "./create.ts";
export { KernelMap } from "./kernel-map.ts";
export { pad8 } from "./pad.ts";
