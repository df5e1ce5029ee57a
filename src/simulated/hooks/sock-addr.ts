import type { Invocation } from "../invocation.ts";
import type { Kernel } from "../kernel.ts";
import type { Process } from "../processes/index.ts";
import { AF_INET, type Endpoint, sameEndpoint } from "../sockets/endpoint.ts";
import { type Decision, stronger, type Verdict, verdictOf } from "./decision.ts";
import { type Attachment, compartmentOf } from "./hooks.ts";
import { type HookRun, onBehalf, runAttached } from "./run.ts";

/** Offsets in `bpf_sock_addr_t` (include/ebpf_nethooks.h), and its bytes. Addresses and ports are in network order. */
const at = {
  family: 0,
  source: 4,
  sourcePort: 20,
  destination: 24,
  destinationPort: 40,
  protocol: 44,
  compartment: 48,
  interfaceLuid: 56,
} as const;
const CONTEXT_BYTES = 64;

/** The pairs of socket address hooks, one for each address family. */
export type SockAddrHook = "bind" | "listen" | "connect" | "connect_authorization" | "recv_accept";

/** What a socket address hook is asked about. */
export interface SockAddrEvent {
  /** `msg_src_*`. */
  readonly source: Endpoint;
  /** `user_*`: its family says which of the pair of hooks it is. */
  readonly destination: Endpoint;
  readonly protocol: number;
  readonly compartment: number;
  readonly interfaceLuid: bigint;
  readonly process: Process;
  readonly invocation: Invocation;
}

/** How a chain of programs ended. */
export interface ChainEnd {
  /** Undefined where no program ran. */
  readonly verdict: Verdict | undefined;
  /** Where the programs want the connection to go, if elsewhere. */
  readonly redirected: Endpoint | undefined;
  readonly run: HookRun | undefined;
}

/** Section prefix of a hook for the family of an endpoint. */
export function sockAddrSection(hook: SockAddrHook, { family }: Endpoint): string {
  return `cgroup/${hook}${family === AF_INET ? 4 : 6}`;
}

/**
 * The programs that a compartment's events run through, one list for each filter: those for just this compartment, then
 * those for all. Filters without programs are left out.
 */
export function filtersFor(kernel: Kernel, section: string, compartment: number): readonly Attachment[][] {
  const attached = kernel.hooks.on(section);
  const specific = attached.filter(
    (each) => compartmentOf(each.parameter) === compartment && compartmentOf(each.parameter) !== 0,
  );
  const wildcard = attached.filter((each) => compartmentOf(each.parameter) === 0);
  return [specific, wildcard].filter((programs) => programs.length > 0);
}

/**
 * Asks bind4/6, listen4/6, connect_authorization4/6 or recv_accept4/6. The programs of the specific compartment decide
 * alone where there are any: at these layers each filter's answer is final. What `decision` holds already is only ever raised.
 */
export function classify(
  kernel: Kernel,
  hook: Exclude<SockAddrHook, "connect">,
  event: SockAddrEvent,
  decision: Decision,
): void {
  const section = sockAddrSection(hook, event.destination);
  const [programs] = filtersFor(kernel, section, event.compartment);
  if (programs !== undefined) runFilter(kernel, section, event, programs, decision);
}

/**
 * Runs the programs of one filter in the order that they were attached, on one context: until one rejects, fails, or
 * (connect only) changes the destination. Changes at connect_authorization are undone, elsewhere they mean nothing
 * (netebpfext/net_ebpf_ext_sock_addr.c, process_verdict).
 */
export function runFilter(
  kernel: Kernel,
  section: string,
  event: SockAddrEvent,
  programs: readonly Attachment[],
  decision: Decision,
): ChainEnd {
  const [first] = programs;
  if (first === undefined) return { verdict: undefined, redirected: undefined, run: undefined };
  const context = contextOf(event);
  kernel.context.fill(first.program.type, context, undefined);
  const redirects = section.startsWith("cgroup/connect") && !section.startsWith("cgroup/connect_authorization");
  return onBehalf(kernel, event.process.current, event.invocation, () => {
    let verdict: Verdict | undefined;
    let last: HookRun | undefined;
    for (const each of programs) {
      const run = runAttached(kernel, section, each);
      decision.runs.push(run);
      last = run;
      if (run.error !== undefined) {
        decision.fail(run);
        return { verdict: "REJECT", redirected: undefined, run };
      }
      const own = verdictOf(run.value);
      verdict = stronger(verdict, own);
      decision.take(own, run);
      if (own === "REJECT") break;
      const destination = destinationNow(kernel, event.destination);
      if (sameEndpoint(destination, event.destination)) continue;
      if (redirects) return { verdict, redirected: destination, run };
      if (section.startsWith("cgroup/connect_authorization")) kernel.memory.bytes.set(context, kernel.context.address);
    }
    return { verdict, redirected: undefined, run: last };
  });
}

function contextOf(event: SockAddrEvent): Uint8Array {
  const context = new Uint8Array(CONTEXT_BYTES);
  const view = new DataView(context.buffer);
  const { source, destination } = event;
  view.setUint32(at.family, destination.family, true);
  context.set(source.address, at.source);
  view.setUint16(at.sourcePort, source.port);
  context.set(destination.address, at.destination);
  view.setUint16(at.destinationPort, destination.port);
  view.setUint32(at.protocol, event.protocol, true);
  view.setUint32(at.compartment, event.compartment, true);
  view.setBigUint64(at.interfaceLuid, event.interfaceLuid, true);
  return context;
}

/** The destination as it stands in the context, after a program. */
function destinationNow(kernel: Kernel, { family, address }: Endpoint): Endpoint {
  const start = kernel.context.address + at.destination;
  const port = kernel.memory.data.getUint16(kernel.context.address + at.destinationPort);
  return { family, address: kernel.memory.bytes.slice(start, start + address.length), port };
}
