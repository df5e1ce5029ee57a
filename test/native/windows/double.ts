import { createRequire } from "node:module";

/** What a test can tell the double of ebpfapi.dll and ask it (test/native/double/control.h). */
export interface Double {
  /** Lets calls of an export fail with an `ebpf_result_t`, after `skip` good ones. */
  fail(name: string, result: number, skip: number, times: number): void;
  heal(): void;
  /** Forgets all objects, descriptors, pins, links, counts. */
  reset(): void;
  /** Restarts the driver: objects and pins are gone, device handles of threads are dead. */
  restart(): void;
  calls(name: string): number;
  count(what: "descriptors" | "objects" | "pins" | "links" | "allocations" | "mappings" | "threads"): number;
  /** Rules that its caller broke, a line each. */
  violations(): string;
  /** Runs the programs attached to an attach type; the last result, -1 without any. */
  fire(attachType: number, data: Uint8Array): number;
  /** Marks the last record of a ring, by the map's id: 2 still being written, 1 discarded, 0 none. */
  mark(map: number, marks: number): void;
  /** Lets calls of an export block until `release`. */
  hold(name: string): void;
  release(): void;
}

/** The double's controls; undefined where another build of ebpfapi.dll is in its place. */
export const double: Double | undefined = openDouble();

function openDouble(): Double | undefined {
  const control = process.env["WINBPF_DOUBLE_CONTROL"];
  const library = process.env["WINBPF_DOUBLE"];
  if (control === undefined || library === undefined) return undefined;
  const { open }: { open(path: string): Double } = createRequire(import.meta.url)(control);
  return open(library);
}
