import { type HelperDefinition, returnBigInt, returnInt } from "../helpers/helper.ts";

/** Helpers of socket operation programs (netebpfext/net_ebpf_ext_sock_ops.c); a test run has neither process nor flow. */
export const sockOpsHelpers: readonly HelperDefinition[] = [
  {
    id: 19,
    make: (kernel) => (machine) => {
      const owner = BigInt(kernel.invocation.process?.processId ?? 0);
      returnBigInt(machine, (owner << 32n) | BigInt(kernel.current.threadId));
    },
  },
  { id: 65536, make: (kernel) => (machine) => returnBigInt(machine, kernel.invocation.flowId ?? 0n) },
];

/** The stand-ins of upstream's tests: no process, one flow. */
export const upstreamSockOpsHelpers: readonly HelperDefinition[] = [
  { id: 19, make: () => (machine) => returnInt(machine, 0) },
  { id: 65536, make: () => (machine) => returnInt(machine, 12_345) },
];
