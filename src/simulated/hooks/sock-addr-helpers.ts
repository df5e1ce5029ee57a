import { errnoNumbers } from "../../platform/index.ts";
import { type HelperDefinition, returnBigInt, returnInt, sizeArgument } from "../helpers/helper.ts";

/** `bpf_sock_addr_network_context_t`: version, interface and tunnel type, next hop, sub-interface. */
const NETWORK_CONTEXT_BYTES = 32;
const NETWORK_CONTEXT_VERSION = 1;

const networkContext: HelperDefinition = {
  id: 65538,
  make: (kernel) => (machine) => {
    const size = sizeArgument(machine, 3);
    const into = machine.access(2, size, true);
    if (size < NETWORK_CONTEXT_BYTES) return returnInt(machine, -1);
    kernel.memory.bytes.fill(0, into, into + NETWORK_CONTEXT_BYTES);
    kernel.memory.data.setUint32(into, NETWORK_CONTEXT_VERSION, true);
    returnInt(machine, 0);
  },
};

/** Helpers of socket address programs; the process is the one that the socket belongs to. */
export const sockAddrHelpers: readonly HelperDefinition[] = [
  { id: 21, make: (kernel) => (machine) => returnInt(machine, kernel.current.admin ? 1 : 0) },
  { id: 26, make: (kernel) => (machine) => returnBigInt(machine, kernel.current.socketCookie) },
  { id: 65537, make: () => (machine) => returnInt(machine, 0) },
  networkContext,
];

/** The stand-ins of upstream's tests: no process, no redirection. */
export const upstreamSockAddrHelpers: readonly HelperDefinition[] = [
  { id: 19, make: () => (machine) => returnInt(machine, 0) },
  { id: 20, make: () => (machine) => returnInt(machine, -errnoNumbers.ENOTSUP) },
  { id: 21, make: () => (machine) => returnInt(machine, -errnoNumbers.ENOTSUP) },
  { id: 26, make: () => (machine) => returnInt(machine, 0) },
  { id: 65537, make: () => (machine) => returnInt(machine, -errnoNumbers.ENOTSUP) },
  networkContext,
];
