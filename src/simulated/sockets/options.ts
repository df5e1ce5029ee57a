import type { Process } from "../processes/index.ts";
import type { Protocol } from "./protocol.ts";
import type { RouteOptions } from "./route.ts";
import type { Socket } from "./socket.ts";

/** Whose socket, and of which kind. */
export interface SocketOptions extends RouteOptions {
  /** `processes.own` unless given. */
  readonly process?: Process;
  /** `"tcp"` unless given. */
  readonly protocol?: Protocol;
}

export interface BindOptions extends SocketOptions {
  /** The machine's end, `"0.0.0.0:8080"`, `"[::]:8080"`; port 0 is any that is free. */
  readonly address: string;
}

export interface ConnectOptions extends RouteOptions {
  /** The peer, `"10.0.0.1:443"`, `"[2001:db8::1]:443"`; `"[::ffff:10.0.0.1]:443"` is IPv4 over an IPv6 socket. */
  readonly to: string;
  /** The machine's end: an address of its own and a free port unless given. */
  readonly from?: string;
  /**
   * The redirected connection that this one carries on: what a proxy says with
   * SIO_SET_WFP_CONNECTION_REDIRECT_RECORDS, so that it is not redirected to itself. connect4/6 programs do not run.
   */
  readonly redirectRecords?: Socket;
}

export interface IncomingOptions extends RouteOptions {
  /** The peer, `"10.0.0.7:50000"`. */
  readonly from: string;
  /** The machine's end, `"10.0.0.2:8080"`. */
  readonly to: string;
  /** `"tcp"` unless given. */
  readonly protocol?: Protocol;
  /** Takes the connection as if this process listened there. Without it somebody must. */
  readonly process?: Process;
}
