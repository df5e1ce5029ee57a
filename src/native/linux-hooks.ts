import { readFileSync } from "node:fs";
import { failure } from "../engine/index.ts";
import { EbpfError } from "../errors.ts";
import { EbpfResult } from "../platform/index.ts";
import { type Failure, isFailure, type ObjectRef } from "./addon.ts";
import { nativeError } from "./failure.ts";
import type { Native } from "./native.ts";

/** include/uapi/linux/bpf.h, enum bpf_attach_type. */
const TCX_INGRESS = 46;
const TCX_EGRESS = 47;
/** include/uapi/linux/perf_event.h. */
const PERF_TYPE_TRACEPOINT = 2;
/** Where the kernel says what it has (Documentation/trace/ftrace.rst, ABI/testing/sysfs-bus-event_source-devices). */
const TRACE_EVENTS = ["/sys/kernel/tracing/events", "/sys/kernel/debug/tracing/events"];
const KPROBE_TYPE = "/sys/bus/event_source/devices/kprobe/type";
/** Bit of a probe's configuration: fires when the function returns. */
const RETURNS = 1;

/** A program that is to be attached: its type's name at Linux, and the section that says where. */
export interface HookedProgram {
  readonly ref: ObjectRef;
  readonly type: string;
  readonly section: string;
}

type Attempt = (
  native: Native,
  program: HookedProgram,
  parameter: Uint8Array,
) => Promise<ObjectRef | Failure> | Failure;

const toCgroup: Attempt = (native, { ref, section }, parameter) => {
  const types = native.addon.sectionTypes(native.library, section);
  const path = new TextDecoder().decode(parameter);
  return native.addon.attachHook(ref, "cgroup", path, isFailure(types) ? 0 : types[1], 0);
};

/** How programs of each type get to their hooks. */
const attempts: ReadonlyMap<string, Attempt> = new Map<string, Attempt>([
  [
    "sched_cls",
    ({ addon }, { ref, section }, parameter) => {
      const view = new DataView(parameter.buffer, parameter.byteOffset, parameter.byteLength);
      return addon.createLink(ref, view.getUint32(0, true), /egress/.test(section) ? TCX_EGRESS : TCX_INGRESS);
    },
  ],
  ...[
    "cgroup_skb",
    "cgroup_sock",
    "cgroup_sock_addr",
    "cgroup_device",
    "cgroup_sysctl",
    "cgroup_sockopt",
    "sock_ops",
  ].map((type): [string, Attempt] => [type, toCgroup]),
  [
    "tracepoint",
    ({ addon }, { ref, section }) => {
      const [, category = "", name = ""] = partsOf(section);
      const id = numberIn(TRACE_EVENTS.map((folder) => `${folder}/${category}/${name}/id`));
      return addon.attachHook(ref, "event", "", PERF_TYPE_TRACEPOINT, id);
    },
  ],
  [
    "kprobe",
    ({ addon }, { ref, section }) => {
      const [kind = "", name = ""] = partsOf(section);
      return addon.attachHook(ref, "event", name, numberIn([KPROBE_TYPE]), kind.startsWith("kret") ? RETURNS : 0);
    },
  ],
  [
    "raw_tracepoint",
    ({ addon }, { ref, section }) => addon.attachHook(ref, "raw_tracepoint", partsOf(section)[1] ?? "", 0, 0),
  ],
]);

/** Attaches a program to a hook that only Linux has. Throws `EBPF_ATTACH_FAILED` where the kernel refuses. */
export async function attachToLinuxHook(
  native: Native,
  program: HookedProgram,
  parameter: Uint8Array,
): Promise<ObjectRef> {
  const { type, section } = program;
  const attempt = attempts.get(type);
  if (attempt === undefined) throw failure(EbpfResult.INVALID_ARGUMENT, `Programs of type ${type} have no hook here`);
  const link = await attempt(native, program, parameter);
  if (!isFailure(link)) return link;
  const cause = nativeError("linux", link, `The program cannot be attached to ${section}`);
  throw new EbpfError("EBPF_ATTACH_FAILED", cause.message, {
    cause,
    ...(cause.hint === undefined ? {} : { hint: cause.hint }),
    ...(cause.native === undefined ? {} : { native: { ...cause.native, result: EbpfResult.EXTENSION_FAILED_TO_LOAD } }),
  });
}

/** The parts of a section's name, which comes from a file and becomes part of a path. */
function partsOf(section: string): readonly string[] {
  const parts = section.split("/");
  if (parts.length > 1 && parts.every((part) => /^\w+$/.test(part))) return parts;
  throw failure(
    EbpfResult.INVALID_ARGUMENT,
    `Section ${JSON.stringify(section)} names no hook`,
    "Name it tracepoint/CATEGORY/EVENT, raw_tp/EVENT, kprobe/FUNCTION or kretprobe/FUNCTION.",
  );
}

/** The number in the first of these files that is there. */
function numberIn(files: readonly string[]): number {
  for (const file of files) {
    try {
      return Number.parseInt(readFileSync(file, "utf8"), 10);
    } catch {
      // The next, or none.
    }
  }
  throw new EbpfError("EBPF_ATTACH_FAILED", `This kernel has no such event: there is no ${files[0] ?? "file"}`, {
    hint: "Check the section's name, and that tracefs is mounted: `mount -t tracefs tracefs /sys/kernel/tracing`.",
    native: { result: EbpfResult.EXTENSION_FAILED_TO_LOAD },
  });
}
