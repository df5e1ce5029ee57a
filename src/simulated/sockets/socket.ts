import type { Flow } from "../hooks/sock-ops.ts";
import type { Process } from "../processes/index.ts";
import { type Endpoint, formatEndpoint } from "./endpoint.ts";
import type { ConnectOptions } from "./options.ts";
import type { ConnectOutcome, SocketOutcome } from "./outcome.ts";
import type { RouteOptions } from "./route.ts";
import type { SocketLayer } from "./socket-layer.ts";

/** What a socket is made of; see `Socket`. */
export interface SocketParts {
  readonly process: Process;
  readonly protocol: number;
  readonly compartment: number;
  readonly cookie: bigint;
  readonly route: RouteOptions;
}

/**
 * A socket of the simulated machine. Closing it lets the hooks hear of it: sockops programs of a connection's end, the
 * bind program of the port's release.
 */
export class Socket {
  readonly process: Process;
  /** IANA's number: 6 TCP, 17 UDP. */
  readonly protocol: number;
  readonly compartment: number;
  /** What `bpf_get_socket_cookie` answers. */
  readonly cookie: bigint;
  /** @internal */
  readonly route: RouteOptions;
  /** @internal The port that it has bound. */
  bound: Endpoint | undefined;
  /** @internal Its end and the peer's, once connected. */
  connection: { readonly local: Endpoint; readonly remote: Endpoint; readonly outbound?: boolean } | undefined;
  /** @internal */
  flow: Flow | undefined;
  /** @internal The other end, if that is on this machine too. */
  peer: Socket | undefined;
  /** @internal Connections that nobody has accepted yet; undefined while it does not listen. */
  backlog: Socket[] | undefined;
  /** @internal Peers that have sent datagrams here, by their address. */
  peers: Map<string, Socket> | undefined;
  /** @internal Whether the port is released with the socket: accepted ones share their listener's. */
  ownsPort = false;
  /** @internal */
  context: Uint8Array | undefined;
  /** @internal The connection was redirected by a program, or carries on one that was. */
  redirected = false;
  readonly #layer: SocketLayer;
  #closed = false;

  /** @internal */
  constructor(layer: SocketLayer, parts: SocketParts) {
    this.#layer = layer;
    this.process = parts.process;
    this.protocol = parts.protocol;
    this.compartment = parts.compartment;
    this.cookie = parts.cookie;
    this.route = parts.route;
  }

  get state(): "open" | "bound" | "listening" | "connected" | "closed" {
    if (this.#closed) return "closed";
    if (this.connection !== undefined) return "connected";
    if (this.backlog !== undefined) return "listening";
    return this.bound === undefined ? "open" : "bound";
  }

  /** Its own end, `"10.0.0.2:49152"`; undefined while it has none. */
  get local(): string | undefined {
    const local = this.connection?.local ?? this.bound;
    return local === undefined ? undefined : formatEndpoint(local);
  }

  /** The peer's end; undefined while it is not connected. */
  get remote(): string | undefined {
    return this.connection === undefined ? undefined : formatEndpoint(this.connection.remote);
  }

  /**
   * What the program that redirected this connection here left with `bpf_sock_addr_set_redirect_context` (a proxy asks
   * for it with SIO_QUERY_WFP_CONNECTION_REDIRECT_CONTEXT). A copy; undefined where there is nothing.
   */
  get redirectContext(): Uint8Array | undefined {
    return this.context?.slice();
  }

  /**
   * Listens on the port that the socket has bound: TCP only. Throws `EBPF_INVALID_ARGUMENT` for other sockets,
   * `EBPF_CLOSED`.
   */
  async listen(): Promise<SocketOutcome> {
    return this.#layer.listen(this);
  }

  /** The oldest connection that has not been accepted yet; undefined where none waits. */
  accept(): Socket | undefined {
    return this.backlog?.shift();
  }

  /** Connects, as `network.connect` does. A socket that was refused may try again. */
  async connect(options: ConnectOptions): Promise<ConnectOutcome> {
    return this.#layer.connect(this, options);
  }

  /**
   * Lets the machine authorise the connection anew, as it does when policies or routes change: of all programs only
   * those of connect_authorization run, where the socket had connected. A rejected connection ends.
   */
  async reauthorize(): Promise<SocketOutcome> {
    return this.#layer.reauthorize(this);
  }

  /** Closes the socket, and the connections that nobody has accepted. Safe to call twice. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#layer.closed(this);
  }

  [Symbol.dispose](): void {
    this.close();
  }
}
