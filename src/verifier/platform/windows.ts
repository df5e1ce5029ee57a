import type { ConformanceGroup } from "../../isa/index.ts";
import { generalHelpers, type HelperRow, mapTypes, programTypes, specificHelpers } from "../../platform/index.ts";
import type { Prototype } from "../../platform/linux/index.ts";
import type { MapKind } from "../environment.ts";
import type { ResolvedCall } from "../ir/index.ts";
import type { CustomProgramType } from "./custom-program-type.ts";
import { HELPER_UNAVAILABLE, resolveHelper, unsupportedCall } from "./resolve-helper.ts";
import type { VerifiedPlatform, VerifiedProgramType } from "./verified-platform.ts";

/** ebpf-for-windows asks for the default groups only: neither legacy packet loads nor callx. */
const GROUPS: ReadonlySet<ConformanceGroup> = new Set([
  "base32",
  "base64",
  "atomic32",
  "atomic64",
  "divmul32",
  "divmul64",
]);

const UNSPECIFIED: MapKind = { isArray: false, valueType: "any" };

function prototypeOf(row: HelperRow): Prototype {
  return {
    id: row.id,
    name: row.name,
    returns: row.returns,
    arguments: row.arguments,
    reallocatesPacket: row.reallocatesPacket,
  };
}

/** Windows' own tables object before the verifier does (libs/api_common/windows_helpers.cpp). */
function missingHelper(id: number): ResolvedCall {
  const failure = id < 0 ? `helper ID is negative: ${id}` : `helper prototype not found: ${id}`;
  return { ...unsupportedCall(`${id}`, HELPER_UNAVAILABLE), failure };
}

/** Windows' tables, with the program types of further extensions before the known ones. */
export function windowsPlatform(custom: readonly CustomProgramType[] = []): VerifiedPlatform {
  const types = new Map<string, VerifiedProgramType>();
  for (const { name, context } of programTypes) {
    types.set(name, { name, context, isPrivileged: false, isSleepable: false });
  }
  const helpers = new Map(Object.entries(specificHelpers));
  for (const type of custom) {
    const isPrivileged = type.isPrivileged === true;
    types.set(type.name, { name: type.name, context: type.context, isPrivileged, isSleepable: false });
    helpers.set(type.name, type.helpers ?? []);
  }
  const helper = (id: number, type: VerifiedProgramType): HelperRow | undefined => {
    const sameId = (row: HelperRow): boolean => row.id === id;
    return helpers.get(type.name)?.find(sameId) ?? generalHelpers.find(sameId);
  };
  return {
    name: "windows",
    dialect: "windows-1.6",
    groups: GROUPS,
    socketLayout: undefined,
    programTypes: [...types.keys()],
    programType: (name) => types.get(name),
    mapKind(type) {
      const row = mapTypes[type];
      return row === undefined ? UNSPECIFIED : { isArray: row.isArray, valueType: row.valueKind };
    },
    isHelperUsable: (id, type) => helper(id, type) !== undefined,
    resolve(call, type) {
      if (call.callee === "kernel-function") {
        return unsupportedCall(`${call.id}`, "kfunc resolution is unavailable on this platform");
      }
      if (call.callee === "builtin") {
        return unsupportedCall(`${call.id}`, "builtin function is unavailable on this platform");
      }
      const row = helper(call.id, type);
      return row === undefined ? missingHelper(call.id) : resolveHelper(prototypeOf(row));
    },
  };
}
