import { EbpfError } from "../../errors.ts";

/**
 * `EBPF_FAULT`: a map's own records cannot be true. Programs cannot reach them, so this is a defect of the simulation, or
 * of whoever wrote to its memory; walks notice and end instead of running on.
 */
export function damaged(name: string, what: string): EbpfError {
  return new EbpfError("EBPF_FAULT", `Map ${JSON.stringify(name)} is damaged: ${what}`, {
    hint: "Close the map: nothing in it can be relied on.",
  });
}
