import type { Prototype } from "../../platform/linux/index.ts";
import type { ResolvedCall } from "../ir/index.ts";
import { contractOf, EMPTY_CONTRACT, type Obstacle } from "./contract.ts";

export function unsupportedCall(name: string, unsupported: string): ResolvedCall {
  return { name, contract: EMPTY_CONTRACT, unsupported };
}

const SIZE_RULE =
  "Pointer argument not followed by EBPF_ARGUMENT_TYPE_CONST_SIZE or EBPF_ARGUMENT_TYPE_CONST_SIZE_OR_ZERO";

const OBSTACLES: Readonly<Record<Obstacle, string>> = {
  "return-type": "helper prototype is unavailable on this platform",
  "argument-type": "helper argument type is unavailable on this platform",
  "size-missing": SIZE_RULE,
};

/** A helper that the program type may call, or why its prototype cannot be modelled. */
export function resolveHelper(prototype: Prototype): ResolvedCall {
  const result = contractOf(prototype);
  if ("obstacle" in result) {
    return unsupportedCall(prototype.name, `${OBSTACLES[result.obstacle]}: ${prototype.name}`);
  }
  return { name: prototype.name, contract: result.contract, unsupported: undefined };
}

export const HELPER_UNAVAILABLE = "helper function is unavailable on this platform";
