import { EbpfError } from "../../errors.ts";
import { redirectStage } from "../hooks/connect.ts";
import { Decision } from "../hooks/decision.ts";
import { classify } from "../hooks/sock-addr.ts";
import { SockOp } from "../hooks/sock-ops.ts";
import { accept, deliver, establish, knownPeer } from "./accept.ts";
import { bindSocket } from "./bind.ts";
import {
  anyAddress,
  type Endpoint,
  formatEndpoint,
  isAny,
  isLoopback,
  parseEndpoint,
  sameAddress,
  unmapped,
} from "./endpoint.ts";
import { machineAddress } from "./machine-address.ts";
import type { ConnectOptions } from "./options.ts";
import { answerOf, type ConnectOutcome, type SocketOutcome } from "./outcome.ts";
import { luidOf, networkContext, type RouteOptions } from "./route.ts";
import type { Socket } from "./socket.ts";
import type { SocketLayer } from "./socket-layer.ts";

/**
 * Connects a socket as Windows does: the port is bound if it is not, connect4/6 may redirect, connect_authorization4/6
 * decide with the verdict of before, the other end is asked if it is here too, sockops hear of the flow.
 */
export function connectSocket(layer: SocketLayer, socket: Socket, options: ConnectOptions): ConnectOutcome {
  const { kernel } = layer;
  const wanted = parsePeer(options.to);
  const total = new Decision();
  if (!bindIfNeeded(layer, socket, wanted, options, total)) return { ...answerOf(total), allowed: false };
  const bound = socket.bound ?? anyAddress(wanted.family);

  // A mapped address is IPv4's business, although the socket is an IPv6 one: connect4 sees it, and so does what follows.
  const original = unmapped(wanted);
  const { process, protocol, compartment, cookie } = socket;
  const first = new Decision();
  const event = { source: bound, destination: original, protocol, compartment, interfaceLuid: 0n, process };
  const carriesOn = options.redirectRecords?.redirected === true;
  const stage = carriesOn ? undefined : redirectStage(kernel, event, cookie, first);
  total.adopt(first, stage?.cached ?? "PROCEED_SOFT");
  if (!total.allowed) return { ...answerOf(total), allowed: false };

  const remote = unmapped(stage?.redirected ?? original);
  const local = localEnd(bound, remote);
  const route = socket.route === options ? options : { ...socket.route, ...options };
  authorize(layer, socket, local, remote, route, total);
  if (!total.allowed) return { ...answerOf(total), allowed: false };

  const arrival = knock(layer, socket, local, remote, total);
  if (!total.allowed) return { ...answerOf(total), allowed: false };
  socket.connection = { local, remote, outbound: true };
  socket.redirected = carriesOn || stage?.redirected !== undefined;
  const { peer, receiver } = arrival;
  if (!establish(layer, socket, SockOp.ACTIVE_ESTABLISHED, total)) {
    peer?.close();
    return { ...answerOf(total), allowed: false };
  }
  if (peer !== undefined && arrival.fresh) {
    peer.redirected = socket.redirected;
    peer.context = stage?.redirectContext;
    if (!establish(layer, peer, SockOp.PASSIVE_ESTABLISHED, total)) {
      socket.close();
      return { ...answerOf(total), allowed: false };
    }
    socket.peer = peer;
    peer.peer = socket;
    deliver(receiver, peer);
  }
  return {
    ...answerOf(total),
    allowed: true,
    socket,
    ...(stage?.redirected === undefined ? {} : { redirectedTo: formatEndpoint(remote) }),
    ...(peer === undefined ? {} : { peer }),
  };
}

/** Asks connect_authorization4/6 about an outbound connection again; one that is rejected ends. */
export function authorizeAgain(layer: SocketLayer, socket: Socket): SocketOutcome {
  const decision = new Decision();
  const { connection } = socket;
  if (connection?.outbound === true) {
    authorize(layer, socket, connection.local, connection.remote, socket.route, decision);
  }
  if (decision.allowed) return { ...answerOf(decision), allowed: true, socket };
  socket.close();
  return { ...answerOf(decision), allowed: false };
}

function authorize(
  layer: SocketLayer,
  socket: Socket,
  local: Endpoint,
  remote: Endpoint,
  route: RouteOptions,
  decision: Decision,
): void {
  const { process, protocol, compartment, cookie: socketCookie } = socket;
  const interfaceLuid = luidOf(local, route);
  const invocation = {
    process: process.current,
    socketCookie,
    networkContext: networkContext("connect_authorization", interfaceLuid, route),
  };
  const event = { source: local, destination: remote, protocol, compartment, interfaceLuid, process, invocation };
  classify(layer.kernel, "connect_authorization", event, decision);
}

/** What the other end says, if it is on this machine: a new connection, or the flow that a datagram belongs to. */
function knock(
  layer: SocketLayer,
  socket: Socket,
  local: Endpoint,
  remote: Endpoint,
  decision: Decision,
): { readonly peer: Socket | undefined; readonly receiver: Socket | undefined; readonly fresh: boolean } {
  const { protocol, compartment, route } = socket;
  const here = isLoopback(remote) || sameAddress(remote.address, machineAddress(remote.family).address);
  const receiver = here ? layer.receiver(remote, protocol, compartment) : undefined;
  const known = knownPeer(receiver, local);
  if (receiver === undefined || known !== undefined) return { peer: known, receiver, fresh: false };
  const arrival = { from: local, to: remote, protocol, compartment, route, process: receiver.process };
  return { peer: accept(layer, arrival, decision), receiver, fresh: true };
}

/** Binds the socket where it has no port yet; false where that is blocked. */
function bindIfNeeded(
  layer: SocketLayer,
  socket: Socket,
  to: Endpoint,
  { from }: ConnectOptions,
  total: Decision,
): boolean {
  const local = from === undefined ? undefined : parseEndpoint(from, "from");
  const { bound } = socket;
  const own = local ?? bound ?? anyAddress(to.family);
  if (own.family !== to.family) {
    throw new EbpfError("EBPF_INVALID_ARGUMENT", `${formatEndpoint(own)} cannot reach ${formatEndpoint(to)}`, {
      hint: "Both ends have the same address family.",
    });
  }
  if (bound !== undefined) {
    if (local === undefined) return true;
    throw new EbpfError("EBPF_INVALID_ARGUMENT", `The socket is bound to ${formatEndpoint(bound)}`, {
      hint: "Leave `from` out.",
    });
  }
  const binding = bindSocket(layer, socket, own);
  if (binding.allowed) total.runs.push(...binding.runs);
  else total.adopt(binding);
  return binding.allowed;
}

function parsePeer(to: string): Endpoint {
  const peer = parseEndpoint(to, "to");
  if (!isAny(peer) && peer.port !== 0) return peer;
  throw new EbpfError("EBPF_INVALID_ARGUMENT", `to: nothing can be reached at ${formatEndpoint(peer)}`, {
    hint: "Give the address and the port of a peer.",
  });
}

/** The machine's end of a connection: what it is bound to, or the address that packets to the peer leave from. */
function localEnd(bound: Endpoint, remote: Endpoint): Endpoint {
  const own = unmapped(bound);
  if (own.family === remote.family && !isAny(own)) return own;
  const { address } = isLoopback(remote) ? remote : machineAddress(remote.family);
  return { family: remote.family, address, port: bound.port };
}
