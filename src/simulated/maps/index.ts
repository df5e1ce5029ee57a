export { createMap } from "./create.ts";
export { KernelMap } from "./kernel-map.ts";
