export { Clock } from "./clock.ts";
export { SimulatedEngine } from "./engine.ts";
export { XdpAction, type XdpOutcome } from "./hooks/xdp.ts";
export { Kernel, type KernelOptions } from "./kernel.ts";
export type { MapProvider } from "./maps/index.ts";
export { Network } from "./network.ts";
export { PacketBatch, type PacketBatchOptions } from "./packet-batch.ts";
export { Random } from "./random.ts";
