export { nextKeysAndValues } from "./batch.ts";
export { CircularMap } from "./circular-map.ts";
export { createMap } from "./create.ts";
export type { MapProvider } from "./custom-map.ts";
export { KernelMap } from "./kernel-map.ts";
export { pad8 } from "./pad.ts";
export { ProgArray } from "./prog-array.ts";
export { Ring } from "./ring.ts";
export { RingMap } from "./ring-map.ts";
