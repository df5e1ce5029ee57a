import type { ConformanceGroup } from "../../isa/index.ts";
import {
  type LinuxBuiltin,
  type LinuxKernelFunction,
  type LinuxProgramType,
  linuxBuiltins,
  linuxContexts,
  linuxHelpers,
  linuxKernelFunctions,
  linuxMapFamily,
  linuxProgramTypes,
  linuxSocket,
  type Prototype,
} from "../../platform/linux/index.ts";
import type { MapKind } from "../environment.ts";
import type { Call, ResolvedCall } from "../ir/index.ts";
import { contractOf, EMPTY_CONTRACT, type Obstacle } from "./contract.ts";
import { HELPER_UNAVAILABLE, resolveHelper, unsupportedCall } from "./resolve-helper.ts";
import type { VerifiedPlatform, VerifiedProgramType } from "./verified-platform.ts";

const GROUPS: ReadonlySet<ConformanceGroup> = new Set([
  "base32",
  "base64",
  "atomic32",
  "atomic64",
  "divmul32",
  "divmul64",
  "packet",
]);

/** `bpf_get_socket_cookie` takes contexts of several kinds. */
const SOCKET_COOKIE = 46;
const SOCKET_COOKIE_TYPES: ReadonlySet<string> = new Set([
  "cgroup_skb",
  "cgroup_sock",
  "cgroup_sock_addr",
  "sched_act",
  "sched_cls",
  "sk_reuseport",
  "sk_skb",
  "sock_ops",
  "socket_filter",
  "tracing",
]);

function isUsable(prototype: Prototype, type: VerifiedProgramType): boolean {
  if (prototype.unsupported === true) return false;
  if (prototype.id === SOCKET_COOKIE && !SOCKET_COOKIE_TYPES.has(type.name)) return false;
  if (prototype.mightSleep === true && !type.isSleepable) return false;
  return prototype.context === undefined || linuxContexts[prototype.context] === type.context;
}

function linuxHelper(id: number, type: VerifiedProgramType): ResolvedCall {
  const prototype = linuxHelpers[id];
  if (prototype === undefined || !isUsable(prototype, type)) return unsupportedCall(`${id}`, HELPER_UNAVAILABLE);
  return resolveHelper(prototype);
}

const OBSTACLES: Readonly<Record<Obstacle, string>> = {
  "return-type": "kfunc prototype is unavailable on this platform",
  "argument-type": "kfunc argument type is unsupported on this platform",
  "size-missing":
    "kfunc pointer argument not followed by EBPF_ARGUMENT_TYPE_CONST_SIZE or EBPF_ARGUMENT_TYPE_CONST_SIZE_OR_ZERO",
};

function kernelFunctionObstacle(callee: LinuxKernelFunction, type: VerifiedProgramType): string | undefined {
  if (callee.releases === true) {
    return `kfunc has unsupported flags (release requires lifecycle tracking): ${callee.name}`;
  }
  if (callee.requiredProgramType !== undefined && callee.requiredProgramType !== type.name) {
    return `kfunc is unavailable for program type ${type.name}: ${callee.name}`;
  }
  if (callee.requiresPrivileged === true && !type.isPrivileged) {
    return `kfunc requires privileged program type: ${callee.name}`;
  }
  return undefined;
}

function linuxKernelFunction({ id, module }: Call, type: VerifiedProgramType): ResolvedCall {
  const callee = linuxKernelFunctions.find((candidate) => candidate.id === id && candidate.module === module);
  if (callee === undefined) {
    const where = module === 0 ? "" : ` in module ${module}`;
    return unsupportedCall(`${id}`, `kfunc prototype lookup failed for BTF id ${id}${where}`);
  }
  const obstacle = kernelFunctionObstacle(callee, type);
  if (obstacle !== undefined) return unsupportedCall(callee.name, obstacle);
  const result = contractOf(callee);
  if ("obstacle" in result) return unsupportedCall(callee.name, `${OBSTACLES[result.obstacle]}: ${callee.name}`);
  return { name: callee.name, contract: result.contract, unsupported: undefined };
}

function builtinCall(builtin: LinuxBuiltin): ResolvedCall {
  return {
    name: builtin.name,
    unsupported: undefined,
    contract: {
      ...EMPTY_CONTRACT,
      singles: builtin.scalars.map((register) => ({ kind: "anything", orNull: false, register })),
      pairs: builtin.memory.map(({ memory, size, access }) => ({
        kind: access,
        orNull: false,
        memory,
        size,
        canBeZero: false,
      })),
      reallocatesPacket: builtin.reallocatesPacket,
    },
  };
}

function linuxBuiltin(id: number): ResolvedCall {
  const builtin = linuxBuiltins.find((candidate) => candidate.id === id);
  return builtin === undefined
    ? unsupportedCall(`${id}`, "builtin function is unavailable on this platform")
    : builtinCall(builtin);
}

function asVerified(row: LinuxProgramType, section: string): VerifiedProgramType {
  return {
    name: row.name,
    context: linuxContexts[row.context],
    isPrivileged: row.isPrivileged,
    isSleepable: row.sleepablePrefixes.some((prefix) => section.startsWith(prefix)),
  };
}

/** Linux' tables, for judging objects that were built for Linux. */
export const linuxPlatform: VerifiedPlatform = {
  name: "linux",
  dialect: "latest",
  groups: GROUPS,
  socketLayout: linuxSocket,
  programTypes: linuxProgramTypes.map(({ name }) => name),
  programType(name, section) {
    const row = linuxProgramTypes.find((candidate) => candidate.name === name);
    return row === undefined ? undefined : asVerified(row, section);
  },
  mapKind(type): MapKind {
    const { array, values } = linuxMapFamily(type);
    return { isArray: array, valueType: values };
  },
  isHelperUsable(id, type) {
    const prototype = linuxHelpers[id];
    return prototype !== undefined && isUsable(prototype, type);
  },
  resolve(call, type) {
    switch (call.callee) {
      case "helper":
        return linuxHelper(call.id, type);
      case "kernel-function":
        return linuxKernelFunction(call, type);
      case "builtin":
        return linuxBuiltin(call.id);
    }
  },
};
