export type { BindOptions, ConnectOptions, IncomingOptions, SocketOptions } from "./options.ts";
export type { Blocked, ConnectOutcome, HookAnswer, Permitted, SocketOutcome } from "./outcome.ts";
export type { Protocol } from "./protocol.ts";
export type { RouteOptions } from "./route.ts";
export type { Socket } from "./socket.ts";
export { SocketLayer } from "./socket-layer.ts";
