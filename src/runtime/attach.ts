import { EbpfError } from "../errors.ts";
import { attachTypes } from "../platform/index.ts";
import type { ProgramSpec } from "../spec/index.ts";

export interface AttachOptions {
  /** XDP: index of the network interface; 0 (or absent) is every interface. */
  readonly ifIndex?: number;
}

/** The attach type that a section name stands for (longest prefix, as Windows decides) and the hook's parameter. */
export function attachParameter(
  program: ProgramSpec,
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
  if (options.ifIndex === undefined) {
    return { attachType: attachType.number, parameter: new Uint8Array(program.type === "xdp" ? 4 : 0) };
  }
  if (program.type !== "xdp") {
    throw new EbpfError("EBPF_INVALID_ARGUMENT", `Programs of type ${program.type} take no interface index`, {
      hint: "Leave ifIndex out: only XDP programs are attached to an interface.",
    });
  }
  if (!Number.isInteger(options.ifIndex) || options.ifIndex < 0 || options.ifIndex > 0xffff_ffff) {
    throw new EbpfError("EBPF_INVALID_ARGUMENT", `${options.ifIndex} is not an interface index`, {
      hint: "An interface index is an integer from 1 to 4294967295; 0 stands for every interface.",
    });
  }
  const parameter = new Uint8Array(4);
  new DataView(parameter.buffer).setUint32(0, options.ifIndex, true);
  return { attachType: attachType.number, parameter };
}
