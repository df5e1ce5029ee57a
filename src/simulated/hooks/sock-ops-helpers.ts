import { type HelperDefinition, returnBigInt, returnInt } from "../helpers/helper.ts";

/** Helpers of socket operation programs. */
export const sockOpsHelpers: readonly HelperDefinition[] = [
  { id: 65536, make: (kernel) => (machine) => returnBigInt(machine, kernel.current.flowId) },
];

/** The stand-ins of upstream's tests: no process, one flow. */
export const upstreamSockOpsHelpers: readonly HelperDefinition[] = [
  { id: 19, make: () => (machine) => returnInt(machine, 0) },
  { id: 65536, make: () => (machine) => returnInt(machine, 12_345) },
];
