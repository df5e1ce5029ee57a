import { BindOperation, runBind } from "../hooks/bind.ts";
import { Decision } from "../hooks/decision.ts";
import { classify } from "../hooks/sock-addr.ts";
import { anyAddress, type Endpoint } from "./endpoint.ts";
import { luidOf, networkContext } from "./route.ts";
import type { Socket } from "./socket.ts";
import type { SocketLayer } from "./socket-layer.ts";

/**
 * Gives a socket a port, if the hooks let it have it. Bind programs and those of bind4/6 sit at the same layer: all run,
 * and each may forbid it. They see the port that the socket will have.
 */
export function bindSocket(layer: SocketLayer, socket: Socket, address: Endpoint): Decision {
  const { kernel } = layer;
  const local = { ...address, port: address.port === 0 ? layer.nextPort() : address.port };
  const { process, protocol, compartment, route } = socket;
  const decision = new Decision();
  runBind(kernel, { operation: BindOperation.BIND, local, protocol, process }, decision);
  const interfaceLuid = luidOf(local, route);
  const invocation = {
    process: process.current,
    // The endpoint has no handle before it has a port.
    socketCookie: 0n,
    networkContext: networkContext("bind", interfaceLuid, route),
  };
  const source = anyAddress(local.family);
  const event = { source, destination: local, protocol, compartment, interfaceLuid, process, invocation };
  classify(kernel, "bind", event, decision);
  if (!decision.allowed) return decision;
  socket.bound = local;
  socket.ownsPort = true;
  if (kernel.postBind) runBind(kernel, { operation: BindOperation.POST_BIND, local, protocol, process }, decision);
  return decision;
}

/** Gives the port back. */
export function unbindSocket({ kernel }: SocketLayer, socket: Socket): void {
  const { bound: local, process, protocol } = socket;
  if (local === undefined || !socket.ownsPort) return;
  socket.ownsPort = false;
  runBind(kernel, { operation: BindOperation.UNBIND, local, protocol, process }, new Decision());
}
