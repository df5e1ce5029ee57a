import { assertText } from "../arguments.ts";
import { LINUX_ATTACH_TYPE } from "../engine/index.ts";
import { EbpfError } from "../errors.ts";
import type { ProgramSpec } from "../spec/index.ts";
import type { AttachOptions } from "./attach.ts";

/** What a hook of Linux' is told besides the section name. */
type Target = "interface" | "cgroup" | "section";

/** Program types of Linux that are attached here, but for XDP, which Windows has, too. */
const targets: ReadonlyMap<string, Target> = new Map([
  ["sched_cls", "interface"],
  ["cgroup_skb", "cgroup"],
  ["cgroup_sock", "cgroup"],
  ["cgroup_sock_addr", "cgroup"],
  ["cgroup_device", "cgroup"],
  ["cgroup_sysctl", "cgroup"],
  ["cgroup_sockopt", "cgroup"],
  ["sock_ops", "cgroup"],
  ["tracepoint", "section"],
  ["raw_tracepoint", "section"],
  ["kprobe", "section"],
]);

/**
 * How a program is attached to a hook that only Linux has: its section says which, `parameter` where (an interface's
 * index, 4 bytes, little-endian; a cgroup's path, UTF-8; nothing). Undefined for XDP.
 */
export function linuxAttachParameter(
  { type, section }: Pick<ProgramSpec, "type" | "section">,
  { ifIndex, cgroup }: AttachOptions,
): { readonly attachType: number; readonly parameter: Uint8Array } | undefined {
  if (type === "xdp") return undefined;
  const target = targets.get(type);
  if (target === undefined) {
    throw new EbpfError("EBPF_NOT_SUPPORTED", `winbpf does not attach programs of type ${type} on Linux`, {
      hint: `It attaches xdp, ${[...targets.keys()].join(", ")}. Load the program here, and attach it with a tool of Linux' own.`,
    });
  }
  if (target !== "interface" && ifIndex !== undefined) throw refusal(type, "interface index", target);
  if (target !== "cgroup" && cgroup !== undefined) throw refusal(type, "cgroup", target);
  return { attachType: LINUX_ATTACH_TYPE, parameter: parameterOf(target, ifIndex, cgroup, section) };
}

function parameterOf(
  target: Target,
  ifIndex: number | undefined,
  cgroup: string | undefined,
  section: string,
): Uint8Array {
  if (target === "section") return new Uint8Array(0);
  if (target === "interface") {
    if (ifIndex === undefined || !Number.isInteger(ifIndex) || ifIndex < 1 || ifIndex > 0x7fff_ffff) {
      throw new EbpfError("EBPF_INVALID_ARGUMENT", `Programs in ${section} are attached to an interface`, {
        hint: "Give ifIndex, from 1 to 2147483647.",
      });
    }
    const bytes = new Uint8Array(4);
    new DataView(bytes.buffer).setUint32(0, ifIndex, true);
    return bytes;
  }
  if (cgroup !== undefined) assertText(cgroup, "A cgroup's path");
  if (cgroup === undefined || !cgroup.startsWith("/") || cgroup.includes("\0")) {
    throw new EbpfError("EBPF_INVALID_ARGUMENT", `Programs in ${section} are attached to a cgroup`, {
      hint: "Give cgroup, the absolute path of a folder of the cgroup file system: /sys/fs/cgroup is all of them.",
    });
  }
  return new TextEncoder().encode(cgroup);
}

function refusal(type: string, what: string, target: Target): EbpfError {
  const takes = { interface: "an interface index", cgroup: "a cgroup", section: "nothing but their section's name" };
  return new EbpfError("EBPF_INVALID_ARGUMENT", `Programs of type ${type} take no ${what}`, {
    hint: `Leave it out: they take ${takes[target]}.`,
  });
}
