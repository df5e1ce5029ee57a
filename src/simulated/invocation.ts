import type { Current } from "./current.ts";

/** `bpf_sock_addr_network_context_t` without its version: what the network stack knows of a socket's way. */
export interface NetworkContext {
  /** IANA's ifType; 0 where it is not known. */
  readonly interfaceType: number;
  /** IANA's tunnelType; 0 where there is no tunnel. */
  readonly tunnelType: number;
  /** LUID of the interface to the next hop; 0 where it is not known. */
  readonly nextHopInterfaceLuid: bigint;
  /** 0 where it is not known. */
  readonly subInterfaceIndex: number;
}

/** Text of a process, as UTF-16 bytes; undefined where the system cannot tell. */
export interface ProcessTexts {
  readonly image: Uint8Array;
  readonly account: Uint8Array | undefined;
  readonly domain: Uint8Array | undefined;
}

/**
 * What a hook's driver keeps in front of the context, where programs cannot see it but helpers can (the fields around
 * `base` in netebpfext's net_ebpf_sock_addr_t and its like). Absent members are what the hook does not know.
 */
export interface Invocation {
  /** Process that the driver took down, not the one whose thread happens to run. */
  readonly process?: Current | undefined;
  /** Transport endpoint of the socket; 0 before it has one. */
  readonly socketCookie?: bigint;
  readonly flowId?: bigint;
  /** Absent at connect4 and connect6, before a route is chosen. */
  readonly networkContext?: NetworkContext | undefined;
  /** connect4 and connect6: takes the bytes that the program leaves for the proxy. */
  readonly setRedirectContext?: (bytes: Uint8Array) => void;
  readonly texts?: ProcessTexts | undefined;
  /** netevent: takes the event that the program hands to user mode. */
  readonly pushEvent?: () => void;
  /** The hook runs its programs where their thread stays on its CPU (DISPATCH_LEVEL). */
  readonly atDispatchLevel?: boolean;
}

/** A run without a hook: nothing is known. */
export const noInvocation: Invocation = {};
