import { EbpfError } from "../../errors.ts";
import type { NetworkContext } from "../invocation.ts";
import { type Endpoint, isAny, isLoopback } from "./endpoint.ts";

/** What the network stack knows of the way that a socket's packets take. What is left out follows from the addresses. */
export interface RouteOptions {
  /** Network compartment, 1 (the machine's default) unless given. */
  readonly compartment?: number;
  /** LUID of the local interface (NET_LUID): the Ethernet or the loopback interface unless given. */
  readonly interfaceLuid?: bigint;
  /** IANA's ifType: that in the LUID unless given. */
  readonly interfaceType?: number;
  /** IANA's tunnelType: 0, no tunnel, unless given. */
  readonly tunnelType?: number;
  /** LUID of the interface to the next hop: `interfaceLuid` unless given. */
  readonly nextHopInterfaceLuid?: bigint;
  /** 0 unless given. */
  readonly subInterfaceIndex?: number;
}

const DEFAULT_COMPARTMENT = 1;
const LARGEST_U32 = 0xffff_ffff;
const LARGEST_U64 = 0xffff_ffff_ffff_ffffn;

/** NET_LUID (ifdef.h): the type in the upper 16 bits, the interface's number in the 24 bits below. */
const IF_TYPE_SHIFT = 48n;
const INDEX_SHIFT = 24n;
const ETHERNET_LUID = (6n << IF_TYPE_SHIFT) | (1n << INDEX_SHIFT);
const LOOPBACK_LUID = 24n << IF_TYPE_SHIFT;

/** The compartment that `options` mean. Throws `EBPF_INVALID_ARGUMENT`. */
export function compartmentIn({ compartment = DEFAULT_COMPARTMENT }: RouteOptions): number {
  if (Number.isInteger(compartment) && compartment >= 1 && compartment <= LARGEST_U32) return compartment;
  throw new EbpfError("EBPF_INVALID_ARGUMENT", `${compartment} is not a network compartment`, {
    hint: "Compartments are counted from 1; 0 stands for all of them, and only where a program is attached.",
  });
}

/** LUID of the interface that an address of this machine belongs to; 0 for any address, which is on all of them. */
export function luidOf(local: Endpoint, { interfaceLuid }: RouteOptions): bigint {
  if (interfaceLuid !== undefined) return interfaceLuid & LARGEST_U64;
  if (isAny(local)) return 0n;
  return isLoopback(local) ? LOOPBACK_LUID : ETHERNET_LUID;
}

/** What each layer knows of the way besides the interface (wfp_connection_fields of net_ebpf_ext_sock_addr.c). */
export function networkContext(
  layer: "bind" | "listen" | "connect_authorization" | "recv_accept",
  luid: bigint,
  options: RouteOptions,
): NetworkContext {
  const { interfaceType = Number(luid >> IF_TYPE_SHIFT), tunnelType = 0 } = options;
  const { nextHopInterfaceLuid = luid, subInterfaceIndex = 0 } = options;
  const outbound = layer === "connect_authorization";
  return {
    interfaceType,
    tunnelType,
    nextHopInterfaceLuid: outbound ? nextHopInterfaceLuid & LARGEST_U64 : 0n,
    subInterfaceIndex: outbound || layer === "recv_accept" ? subInterfaceIndex : 0,
  };
}
