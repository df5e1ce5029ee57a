export { nextKeysAndValues } from "./batch.ts";
export { CircularMap } from "./circular-map.ts";
export { createMap } from "./create.ts";
export { KernelMap, padded } from "./kernel-map.ts";
export { ProgArray } from "./prog-array.ts";
export { Ring } from "./ring.ts";
export { RingMap } from "./ring-map.ts";
