import type { BpfMap, Link, Program, Runtime } from "../../runtime/index.ts";
import { UsageError } from "../failure.ts";

/** What `show` lists, by the word of the command line. */
export const kinds = { programs: "program", maps: "map", links: "link" } as const;

/** Whether digits only: ids of the kernel are, and paths of pins begin with BPF:. */
export const isId = (reference: string): boolean => /^[0-9]+$/.test(reference);

/** The map of an id or a pin's path, with keys and values as their bytes. */
export function mapOf(runtime: Runtime, reference: string): BpfMap<Uint8Array, Uint8Array> {
  return isId(reference) ? runtime.openMap(Number(reference)) : runtime.openPinnedMap(reference);
}

export function programOf(runtime: Runtime, reference: string): Program {
  return isId(reference) ? runtime.openProgram(Number(reference)) : runtime.openPinnedProgram(reference);
}

export function linkOf(runtime: Runtime, reference: string): Link {
  return isId(reference) ? runtime.openLink(Number(reference)) : runtime.openPinnedLink(reference);
}

/** Something that can be pinned, of the kind that the command line names. */
export function objectOf(
  runtime: Runtime,
  kind: string,
  reference: string,
): BpfMap<Uint8Array, Uint8Array> | Program | Link {
  if (kind === "map") return mapOf(runtime, reference);
  if (kind === "program") return programOf(runtime, reference);
  if (kind === "link") return linkOf(runtime, reference);
  throw new UsageError(`There are maps, programs and links, not ${kind}`, "winbpf pin program 12 BPF:\\filter");
}
