import { Decision } from "../hooks/decision.ts";
import { classify } from "../hooks/sock-addr.ts";
import { anyAddress } from "./endpoint.ts";
import { answerOf, type SocketOutcome } from "./outcome.ts";
import { luidOf, networkContext } from "./route.ts";
import type { Socket } from "./socket.ts";
import type { SocketLayer } from "./socket-layer.ts";

/** Asks listen4/6 whether a bound socket may listen: the local end stands in both places of the context. */
export function listenOn({ kernel }: SocketLayer, socket: Socket): SocketOutcome {
  const { process, protocol, compartment, route } = socket;
  const local = socket.bound ?? anyAddress(2);
  const interfaceLuid = luidOf(local, route);
  const invocation = {
    process: process.current,
    // There is no transport endpoint at this layer.
    socketCookie: 0n,
    networkContext: networkContext("listen", interfaceLuid, route),
  };
  const decision = new Decision();
  const event = { source: local, destination: local, protocol, compartment, interfaceLuid, process, invocation };
  classify(kernel, "listen", event, decision);
  if (!decision.allowed) return { ...answerOf(decision), allowed: false };
  socket.backlog = [];
  return { ...answerOf(decision), allowed: true, socket };
}
