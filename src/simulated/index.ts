export { Clock } from "./clock.ts";
export { SimulatedEngine } from "./engine.ts";
export type { Verdict } from "./hooks/decision.ts";
export type { CaptureType } from "./hooks/netevent.ts";
export { captureTypes } from "./hooks/netevent.ts";
export type { HookRun } from "./hooks/run.ts";
export { XdpAction, type XdpOutcome } from "./hooks/xdp.ts";
export { Kernel, type KernelOptions, type Tier } from "./kernel.ts";
export { HashTable } from "./maps/hash-table.ts";
export type { MapProvider } from "./maps/index.ts";
export { Network } from "./network.ts";
export { PacketBatch, type PacketBatchOptions } from "./packet-batch.ts";
export type { PacketEvent, PacketEventOutcome } from "./packet-event.ts";
export type { Process, Processes, ProcessOptions, ProcessOutcome, User, UserOptions } from "./processes/index.ts";
export { Random } from "./random.ts";
export { Slices } from "./slices.ts";
export type {
  BindOptions,
  Blocked,
  ConnectOptions,
  ConnectOutcome,
  HookAnswer,
  IncomingOptions,
  Permitted,
  Protocol,
  RouteOptions,
  Socket,
  SocketOptions,
  SocketOutcome,
} from "./sockets/index.ts";
