import { EbpfError } from "../../errors.ts";
import { flowDeleted } from "../hooks/sock-ops.ts";
import type { Kernel } from "../kernel.ts";
import type { Process } from "../processes/index.ts";
import { acceptIncoming } from "./accept.ts";
import { bindSocket, unbindSocket } from "./bind.ts";
import { authorizeAgain, connectSocket } from "./connect.ts";
import { type Endpoint, isAny, parseEndpoint, sameAddress } from "./endpoint.ts";
import { listenOn } from "./listen.ts";
import type { BindOptions, ConnectOptions, IncomingOptions, SocketOptions } from "./options.ts";
import { answerOf, type ConnectOutcome, type SocketOutcome } from "./outcome.ts";
import { IPPROTO_TCP, protocolNumber } from "./protocol.ts";
import { compartmentIn } from "./route.ts";
import { Socket } from "./socket.ts";

/** Ports that the machine gives out by itself (RFC 6335, section 6; Windows' default range, too). */
const FIRST_DYNAMIC_PORT = 49_152;
const DYNAMIC_PORTS = 16_384;

/** The sockets of a simulated machine. */
export class SocketLayer {
  readonly kernel: Kernel;
  readonly #sockets = new Set<Socket>();
  /** Those that peers can reach: TCP ones that listen, others that are bound. */
  readonly #receivers = new Set<Socket>();
  #lastCookie = 0n;
  #lastFlow = 0n;
  #dynamicPorts = 0;

  constructor(kernel: Kernel) {
    this.kernel = kernel;
  }

  /** A socket without a port. Throws `EBPF_INVALID_ARGUMENT` for an owner that has ended and for odd numbers. */
  open(options: SocketOptions): Socket {
    const { process = this.kernel.processes.own, protocol = "tcp" } = options;
    if (!process.running) {
      throw new EbpfError("EBPF_INVALID_ARGUMENT", `Process ${process.id} (${process.name}) has ended`, {
        hint: "Start a process for the socket, or leave it out: the simulation's own takes it then.",
      });
    }
    this.#lastCookie += 1n;
    const socket = new Socket(this, {
      process,
      protocol: protocolNumber(protocol),
      compartment: compartmentIn(options),
      cookie: this.#lastCookie,
      route: options,
    });
    this.#sockets.add(socket);
    return socket;
  }

  bind(options: BindOptions): SocketOutcome {
    const address = parseEndpoint(options.address, "address");
    const socket = this.open(options);
    const decision = bindSocket(this, socket, address);
    if (!decision.allowed) return this.#refused(socket, { ...answerOf(decision), allowed: false });
    if (socket.protocol !== IPPROTO_TCP) this.#receivers.add(socket);
    return { ...answerOf(decision), allowed: true, socket };
  }

  /** Binds a new socket and lets it listen. */
  bindAndListen(options: BindOptions): SocketOutcome {
    if (protocolNumber(options.protocol ?? "tcp") !== IPPROTO_TCP) throw notTcp();
    const bound = this.bind(options);
    if (!bound.allowed) return bound;
    const outcome = this.listen(bound.socket);
    const runs = [...bound.runs, ...outcome.runs];
    return outcome.allowed ? { ...outcome, runs } : this.#refused(bound.socket, { ...outcome, runs });
  }

  listen(socket: Socket): SocketOutcome {
    this.#assertOpen(socket);
    if (socket.protocol !== IPPROTO_TCP) throw notTcp();
    if (socket.state !== "bound") throw misused(socket, "listen", "Only a socket that is bound and no more can.");
    const outcome = listenOn(this, socket);
    if (outcome.allowed) this.#receivers.add(socket);
    return outcome;
  }

  /** Connects a new socket; where that is blocked the socket is closed again. */
  openAndConnect(options: ConnectOptions & SocketOptions): ConnectOutcome {
    const socket = this.open(options);
    try {
      const outcome = this.connect(socket, options);
      return outcome.allowed ? outcome : this.#refused(socket, outcome);
    } catch (error) {
      socket.close();
      throw error;
    }
  }

  connect(socket: Socket, options: ConnectOptions): ConnectOutcome {
    this.#assertOpen(socket);
    if (socket.state === "connected" || socket.state === "listening") {
      throw misused(socket, "connect", "Open another socket.");
    }
    return connectSocket(this, socket, options);
  }

  incoming(options: IncomingOptions): SocketOutcome {
    return acceptIncoming(this, options);
  }

  reauthorize(socket: Socket): SocketOutcome {
    this.#assertOpen(socket);
    if (socket.state !== "connected") throw misused(socket, "be authorised anew", "It is not connected.");
    return authorizeAgain(this, socket);
  }

  /** What is left to do when a socket has been closed. */
  closed(socket: Socket): void {
    this.#sockets.delete(socket);
    this.#receivers.delete(socket);
    for (const waiting of socket.backlog ?? []) waiting.close();
    for (const peer of socket.peers?.values() ?? []) peer.close();
    if (socket.flow !== undefined) flowDeleted(this.kernel, socket.flow);
    socket.flow = undefined;
    socket.peer?.close();
    unbindSocket(this, socket);
  }

  /** Closes what a process leaves open. */
  processEnded(process: Process): void {
    for (const socket of [...this.#sockets]) if (socket.process === process) socket.close();
  }

  /** Who takes what is sent to an address of this machine: a socket bound to just that goes first. */
  receiver(to: Endpoint, protocol: number, compartment: number): Socket | undefined {
    let found: Socket | undefined;
    for (const socket of this.#receivers) {
      const { bound } = socket;
      if (socket.protocol !== protocol || socket.compartment !== compartment || bound?.port !== to.port) continue;
      if (bound.family !== to.family) continue;
      if (sameAddress(bound.address, to.address)) return socket;
      if (isAny(bound)) found ??= socket;
    }
    return found;
  }

  nextFlowId(): bigint {
    this.#lastFlow += 1n;
    return this.#lastFlow;
  }

  nextPort(): number {
    return FIRST_DYNAMIC_PORT + (this.#dynamicPorts++ % DYNAMIC_PORTS);
  }

  #refused<T>(socket: Socket, outcome: T): T {
    socket.close();
    return outcome;
  }

  #assertOpen(socket: Socket): void {
    if (socket.state === "closed") {
      throw new EbpfError("EBPF_CLOSED", "The socket is closed", { hint: "Open another one." });
    }
  }
}

function notTcp(): EbpfError {
  return new EbpfError("EBPF_INVALID_ARGUMENT", "Only TCP sockets listen", {
    hint: "Bind the socket: datagrams reach it as it is.",
  });
}

function misused(socket: Socket, what: string, hint: string): EbpfError {
  return new EbpfError("EBPF_INVALID_ARGUMENT", `The socket is ${socket.state}: it cannot ${what}`, { hint });
}
