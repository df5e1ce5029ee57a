import { errnoNumbers } from "../../platform/index.ts";
import { type HelperDefinition, returnBigInt, returnInt, sizeArgument } from "../helpers/helper.ts";
import type { Kernel } from "../kernel.ts";

/** `bpf_sock_addr_network_context_t`: version, interface and tunnel type, next hop, sub-interface. */
const NETWORK_CONTEXT_BYTES = 32;
const NETWORK_CONTEXT_VERSION = 1;
const INTERFACE_TYPE = 4;
const TUNNEL_TYPE = 8;
const NEXT_HOP = 16;
const SUB_INTERFACE = 24;

/** Writes the network context to `into`; false where the hook has none. */
function writeNetworkContext(kernel: Kernel, into: number, size: number): boolean {
  const { bytes, data } = kernel.memory;
  bytes.fill(0, into, into + size);
  const context = kernel.invocation.networkContext;
  if (context === undefined) return false;
  data.setUint32(into, NETWORK_CONTEXT_VERSION, true);
  data.setUint32(into + INTERFACE_TYPE, context.interfaceType, true);
  data.setUint32(into + TUNNEL_TYPE, context.tunnelType, true);
  data.setBigUint64(into + NEXT_HOP, context.nextHopInterfaceLuid, true);
  data.setUint32(into + SUB_INTERFACE, context.subInterfaceIndex, true);
  return true;
}

/**
 * Helpers of socket address programs (netebpfext/net_ebpf_ext_sock_addr.c): the process is the one that the socket
 * belongs to; where the hook knows none (a test run) it is 0, without a token.
 */
export const sockAddrHelpers: readonly HelperDefinition[] = [
  {
    id: 19,
    make: (kernel) => (machine) => {
      const owner = BigInt(kernel.invocation.process?.processId ?? 0);
      returnBigInt(machine, (owner << 32n) | BigInt(kernel.current.threadId));
    },
  },
  { id: 20, make: (kernel) => (machine) => returnBigInt(machine, kernel.invocation.process?.logonId ?? 0n) },
  {
    id: 21,
    make: (kernel) => (machine) => {
      const owner = kernel.invocation.process;
      returnInt(machine, owner === undefined ? -1 : owner.admin ? 1 : 0);
    },
  },
  { id: 26, make: (kernel) => (machine) => returnBigInt(machine, kernel.invocation.socketCookie ?? 0n) },
  {
    id: 65537,
    make: (kernel) => (machine) => {
      const size = sizeArgument(machine, 3);
      const from = machine.access(2, size, false);
      const { setRedirectContext } = kernel.invocation;
      if (setRedirectContext === undefined || size === 0) return returnInt(machine, -1);
      setRedirectContext(kernel.memory.bytes.slice(from, from + size));
      returnInt(machine, 0);
    },
  },
  {
    id: 65538,
    make: (kernel) => (machine) => {
      const size = sizeArgument(machine, 3);
      const into = machine.access(2, size, true);
      if (size < NETWORK_CONTEXT_BYTES) return returnInt(machine, -1);
      returnInt(machine, writeNetworkContext(kernel, into, size) ? 0 : -1);
    },
  },
];

/** The stand-ins of upstream's tests: no process, no redirection, a network context of zeros at every hook. */
export const upstreamSockAddrHelpers: readonly HelperDefinition[] = [
  { id: 19, make: () => (machine) => returnInt(machine, 0) },
  { id: 20, make: () => (machine) => returnInt(machine, -errnoNumbers.ENOTSUP) },
  { id: 21, make: () => (machine) => returnInt(machine, -errnoNumbers.ENOTSUP) },
  { id: 26, make: () => (machine) => returnInt(machine, 0) },
  { id: 65537, make: () => (machine) => returnInt(machine, -errnoNumbers.ENOTSUP) },
  {
    id: 65538,
    make: (kernel) => (machine) => {
      const size = sizeArgument(machine, 3);
      const into = machine.access(2, size, true);
      if (size < NETWORK_CONTEXT_BYTES) return returnInt(machine, -1);
      kernel.memory.bytes.fill(0, into, into + NETWORK_CONTEXT_BYTES);
      kernel.memory.data.setUint32(into, NETWORK_CONTEXT_VERSION, true);
      returnInt(machine, 0);
    },
  },
];
