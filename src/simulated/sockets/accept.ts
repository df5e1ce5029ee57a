import { EbpfError } from "../../errors.ts";
import { Decision } from "../hooks/decision.ts";
import { classify } from "../hooks/sock-addr.ts";
import { flowEstablished, SockOp } from "../hooks/sock-ops.ts";
import type { Process } from "../processes/index.ts";
import { type Endpoint, formatEndpoint, parseEndpoint, unmapped } from "./endpoint.ts";
import type { IncomingOptions } from "./options.ts";
import { answerOf, type SocketOutcome } from "./outcome.ts";
import { protocolNumber } from "./protocol.ts";
import { compartmentIn, luidOf, networkContext, type RouteOptions } from "./route.ts";
import type { Socket } from "./socket.ts";
import type { SocketLayer } from "./socket-layer.ts";

/** A peer's attempt to reach this machine. */
interface Arrival {
  readonly from: Endpoint;
  readonly to: Endpoint;
  readonly protocol: number;
  readonly compartment: number;
  readonly route: RouteOptions;
  readonly process: Process;
}

/**
 * A peer connects (TCP), or sends its first datagram: recv_accept4/6 decide, then sockops programs hear of the flow.
 * Later datagrams of the same peer belong to the flow that there is.
 */
export function acceptIncoming(layer: SocketLayer, options: IncomingOptions): SocketOutcome {
  const from = unmapped(parseEndpoint(options.from, "from"));
  const to = unmapped(parseEndpoint(options.to, "to"));
  if (from.family !== to.family) {
    throw new EbpfError("EBPF_INVALID_ARGUMENT", `${options.from} cannot reach ${options.to}`, {
      hint: "Both ends have the same address family.",
    });
  }
  const protocol = protocolNumber(options.protocol ?? "tcp");
  const compartment = compartmentIn(options);
  const receiver = layer.receiver(to, protocol, compartment);
  const process = options.process ?? receiver?.process;
  if (process === undefined) {
    throw new EbpfError("EBPF_NOT_FOUND", `Nobody listens on ${formatEndpoint(to)}`, {
      hint: "Let a process listen (or bind, for datagrams) there, or name the process that is meant to.",
    });
  }
  const decision = new Decision();
  const known = knownPeer(receiver, from);
  if (known !== undefined) return { ...answerOf(decision), allowed: true, socket: known };
  const arrival = { from, to, protocol, compartment, route: options, process };
  const socket = accept(layer, arrival, decision);
  if (socket === undefined || !establish(layer, socket, SockOp.PASSIVE_ESTABLISHED, decision)) {
    return { ...answerOf(decision), allowed: false };
  }
  deliver(receiver, socket);
  return { ...answerOf(decision), allowed: true, socket };
}

/** The flow that a datagram of a peer belongs to, if there is one. */
export function knownPeer(receiver: Socket | undefined, from: Endpoint): Socket | undefined {
  const known = receiver?.peers?.get(formatEndpoint(from));
  return known?.state === "connected" ? known : undefined;
}

/** Hands a new connection to whom it is for: TCP ones wait to be accepted. */
export function deliver(receiver: Socket | undefined, socket: Socket): void {
  const remote = socket.connection?.remote;
  if (receiver === undefined || remote === undefined) return;
  if (receiver.backlog !== undefined) {
    receiver.backlog.push(socket);
    return;
  }
  receiver.peers ??= new Map();
  receiver.peers.set(formatEndpoint(remote), socket);
}

/** Asks recv_accept4/6; the new connection's socket, or undefined where it is blocked. */
export function accept(layer: SocketLayer, arrival: Arrival, decision: Decision): Socket | undefined {
  const { from, to, protocol, compartment, route, process } = arrival;
  const socket = layer.open({ ...route, process, protocol, compartment });
  const interfaceLuid = luidOf(to, route);
  const invocation = {
    process: process.current,
    socketCookie: socket.cookie,
    networkContext: networkContext("recv_accept", interfaceLuid, route),
  };
  const event = { source: from, destination: to, protocol, compartment, interfaceLuid, process, invocation };
  classify(layer.kernel, "recv_accept", event, decision);
  if (!decision.allowed) {
    socket.close();
    return undefined;
  }
  socket.connection = { local: to, remote: from };
  return socket;
}

/** Tells sockops programs of a connected socket's flow; false where one blocked it: the socket is closed then. */
export function establish(layer: SocketLayer, socket: Socket, op: number, decision: Decision): boolean {
  const { connection, protocol, compartment, process, route } = socket;
  if (connection === undefined) return false;
  const { local, remote } = connection;
  const interfaceLuid = luidOf(local, route);
  const flowId = layer.nextFlowId();
  const event = { op, flowId, local, remote, protocol, compartment, interfaceLuid, process };
  socket.flow = flowEstablished(layer.kernel, event, decision);
  if (!decision.allowed) socket.close();
  return decision.allowed;
}
