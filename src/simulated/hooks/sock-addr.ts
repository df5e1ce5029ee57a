import type { Invocation } from "../invocation.ts";
import type { Kernel } from "../kernel.ts";
import type { Process } from "../processes/index.ts";
import { AF_INET, type Endpoint } from "../sockets/endpoint.ts";
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

/** Section prefixes of the pairs, for IPv4 and IPv6. */
const sections: Readonly<Record<SockAddrHook, readonly [string, string]>> = {
  bind: ["cgroup/bind4", "cgroup/bind6"],
  listen: ["cgroup/listen4", "cgroup/listen6"],
  connect: ["cgroup/connect4", "cgroup/connect6"],
  connect_authorization: ["cgroup/connect_authorization4", "cgroup/connect_authorization6"],
  recv_accept: ["cgroup/recv_accept4", "cgroup/recv_accept6"],
};

/** Section prefix of a hook for the family of an endpoint. */
export function sockAddrSection(hook: SockAddrHook, { family }: Endpoint): string {
  return sections[hook][family === AF_INET ? 0 : 1];
}

/**
 * The programs that a compartment's events run through, one list for each filter: those for just this compartment, then
 * those for all. Filters without programs are left out.
 */
export function filtersFor(kernel: Kernel, section: string, compartment: number): readonly (readonly Attachment[])[] {
  const attached = kernel.hooks.on(section);
  if (attached.length === 0) return [];
  const wildcard = attached.filter((each) => compartmentOf(each.parameter) === 0);
  if (wildcard.length === attached.length) return [wildcard];
  const specific = attached.filter((each) => compartmentOf(each.parameter) === compartment);
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
  if (programs !== undefined) runFilter(kernel, hook, event, programs, decision);
}

/**
 * Runs the programs of one filter in the order that they were attached, on one context: until one rejects, fails, or
 * (connect only) changes the destination. Changes at connect_authorization are undone, elsewhere they mean nothing
 * (netebpfext/net_ebpf_ext_sock_addr.c, process_verdict).
 */
export function runFilter(
  kernel: Kernel,
  hook: SockAddrHook,
  event: SockAddrEvent,
  programs: readonly Attachment[],
  decision: Decision,
): ChainEnd {
  const [first] = programs;
  if (first === undefined) return { verdict: undefined, redirected: undefined, run: undefined };
  const { address, data } = kernel.context.open(first.program.type);
  kernel.regions.move(data, 0, 0);
  writeContext(kernel, address, event);
  const section = sockAddrSection(hook, event.destination);
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
      if (!destinationChanged(kernel, address, event.destination)) continue;
      if (hook === "connect") return { verdict, redirected: destinationNow(kernel, address, event.destination), run };
      if (hook === "connect_authorization") writeContext(kernel, address, event);
    }
    return { verdict, redirected: undefined, run: last };
  });
}

function writeContext(kernel: Kernel, address: number, event: SockAddrEvent): void {
  const { bytes, data } = kernel.memory;
  const { source, destination } = event;
  bytes.fill(0, address, address + CONTEXT_BYTES);
  data.setUint32(address + at.family, destination.family, true);
  bytes.set(source.address, address + at.source);
  data.setUint16(address + at.sourcePort, source.port);
  bytes.set(destination.address, address + at.destination);
  data.setUint16(address + at.destinationPort, destination.port);
  data.setUint32(address + at.protocol, event.protocol, true);
  data.setUint32(address + at.compartment, event.compartment, true);
  data.setBigUint64(address + at.interfaceLuid, event.interfaceLuid, true);
}

/** Whether a program has written another destination into the context at `context`. */
function destinationChanged({ memory }: Kernel, context: number, { address, port }: Endpoint): boolean {
  if (memory.data.getUint16(context + at.destinationPort) !== port) return true;
  for (let i = 0; i < address.length; i++) {
    if (memory.bytes[context + at.destination + i] !== address[i]) return true;
  }
  return false;
}

function destinationNow({ memory }: Kernel, context: number, { family, address }: Endpoint): Endpoint {
  const start = context + at.destination;
  const port = memory.data.getUint16(context + at.destinationPort);
  return { family, address: memory.bytes.slice(start, start + address.length), port };
}
