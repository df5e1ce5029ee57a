import type { Kernel } from "../kernel.ts";
import type { Endpoint } from "../sockets/endpoint.ts";
import type { Decision, Verdict } from "./decision.ts";
import { filtersFor, runFilter, type SockAddrEvent, sockAddrSection } from "./sock-addr.ts";

/** What the first stage of a connection leaves for the second. */
export interface RedirectStage {
  /** The verdict that waits for connect_authorization; undefined where none but a soft permit was given. */
  readonly cached: Verdict | undefined;
  /** Where the connection goes now, if a program sent it elsewhere. */
  readonly redirected: Endpoint | undefined;
  /** What the redirecting program left for the proxy. */
  readonly redirectContext: Uint8Array | undefined;
}

/**
 * The connect-redirect layer: connect4 or connect6. Programs of the specific compartment run first; those for all run
 * too unless the connection was rejected or redirected, because the layer's answer is then "continue". A soft permit
 * takes the verdict that waits away, another one replaces it (netebpfext/net_ebpf_ext_sock_addr.c,
 * net_ebpf_extension_sock_addr_redirect_connection_classify and _cache_connection_context_verdict).
 */
export function redirectStage(
  kernel: Kernel,
  event: Omit<SockAddrEvent, "invocation">,
  socketCookie: bigint,
  decision: Decision,
): RedirectStage {
  const section = sockAddrSection("connect", event.destination);
  let cached: Verdict | undefined;
  for (const programs of filtersFor(kernel, section, event.compartment)) {
    let redirectContext: Uint8Array | undefined;
    const invocation = {
      process: event.process.current,
      socketCookie,
      setRedirectContext: (bytes: Uint8Array) => {
        redirectContext = bytes;
      },
    };
    const end = runFilter(kernel, "connect", { ...event, invocation }, programs, decision);
    cached = end.verdict === "PROCEED_SOFT" ? undefined : end.verdict;
    if (end.verdict === "REJECT") return { cached, redirected: undefined, redirectContext: undefined };
    if (end.redirected !== undefined) {
      if (end.run !== undefined) decision.attribute(end.run);
      return { cached, redirected: end.redirected, redirectContext };
    }
  }
  return { cached, redirected: undefined, redirectContext: undefined };
}
