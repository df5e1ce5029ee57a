import { assertBytes, assertInteger, assertWord } from "../arguments.ts";
import { EbpfError } from "../errors.ts";
import { attachTypes } from "../platform/index.ts";
import type { ProgramSpec } from "../spec/index.ts";

export interface AttachOptions {
  /** XDP: index of the network interface; 0 (or absent) is every interface. */
  readonly ifIndex?: number;
  /** Socket hooks: the network compartment; 0 (or absent) is every compartment. */
  readonly compartment?: number;
  /** Linux, cgroup programs: absolute path of the cgroup, `/sys/fs/cgroup/…`. */
  readonly cgroup?: string;
  /** netevent: which events are captured, for all netevent programs from now on. Windows wants it said. */
  readonly capture?: "all" | "flow" | "drop" | "none";
  /** What the hook is given, as bytes: for hooks that the others do not speak of, like the sample extension's. */
  readonly parameter?: Uint8Array;
}

/** `netevent_capture_type_t` (ntosebpfext, include/ebpf_netevent_hooks.h). */
const captureTypes = { all: 1, flow: 2, drop: 3, none: 4 } as const;

/** Program types that the options with a meaning of their own are for. */
const takes: Readonly<Record<"ifIndex" | "compartment" | "capture", readonly string[]>> = {
  ifIndex: ["xdp"],
  compartment: ["sock_addr", "sockops"],
  capture: ["netevent_monitor"],
};

const LARGEST_U32 = 0xffff_ffff;

/** The attach type that a section name stands for (longest prefix, as Windows decides) and the hook's parameter. */
export function attachParameter(
  program: Pick<ProgramSpec, "type" | "section">,
  options: AttachOptions,
): { attachType: number; parameter: Uint8Array } {
  const candidates = attachTypes.filter(
    (row) => row.programType === program.type && row.section !== undefined && program.section.startsWith(row.section),
  );
  const byLength = candidates.sort((a, b) => (b.section?.length ?? 0) - (a.section?.length ?? 0));
  const attachType = byLength[0] ?? attachTypes.find((row) => row.programType === program.type);
  if (attachType === undefined) {
    throw new EbpfError("EBPF_INVALID_ARGUMENT", `Programs of type ${program.type} have no hook`, {
      hint: `Name the section after a hook: section ${JSON.stringify(program.section)} has no known prefix.`,
    });
  }
  return { attachType: attachType.number, parameter: parameterOf(program, options) };
}

function parameterOf({ type }: Pick<ProgramSpec, "type" | "section">, options: AttachOptions): Uint8Array {
  const { ifIndex, compartment, capture, cgroup, parameter } = options;
  if (ifIndex !== undefined) {
    refuseUnless(takes.ifIndex, type, "interface index", "only XDP programs are attached to an interface");
  }
  if (compartment !== undefined) {
    refuseUnless(takes.compartment, type, "compartment", "only socket programs are attached to a compartment");
  }
  if (capture !== undefined) refuseUnless(takes.capture, type, "capture type", "only netevent programs capture");
  if (cgroup !== undefined) refuseUnless([], type, "cgroup", "only cgroup programs are attached to one, on Linux");
  if (ifIndex !== undefined)
    return u32(ifIndex, "an interface index", "from 1 to 4294967295; 0 stands for every interface");
  if (compartment !== undefined) {
    return u32(compartment, "a network compartment", "from 1 to 4294967295; 0 stands for every compartment");
  }
  if (capture !== undefined) {
    assertWord(capture, "A capture type", Object.keys(captureTypes));
    return u32(captureTypes[capture], "a capture type", "all, flow, drop or none");
  }
  if (parameter !== undefined) assertBytes(parameter, "What a hook is given");
  return parameter?.slice() ?? new Uint8Array(type === "xdp" ? 4 : 0);
}

function refuseUnless(types: readonly string[], type: string, what: string, why: string): void {
  if (types.includes(type)) return;
  throw new EbpfError("EBPF_INVALID_ARGUMENT", `Programs of type ${type} take no ${what}`, {
    hint: `Leave it out: ${why}.`,
  });
}

function u32(value: number, what: string, range: string): Uint8Array {
  if (typeof value !== "number") assertInteger(value, `What is given for ${what}`);
  if (!Number.isInteger(value) || value < 0 || value > LARGEST_U32) {
    throw new EbpfError("EBPF_INVALID_ARGUMENT", `${value} is not ${what}`, { hint: `It is ${range}.` });
  }
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value, true);
  return bytes;
}
