import type { Engine, Handle } from "../../src/engine/index.ts";
import { assemble } from "../../src/isa/index.ts";

/** Loads an XDP program written in assembly; `maps` gives the maps that its `lddw` slots hold, by slot. */
export function loadAssembly(
  engine: Engine,
  text: string,
  maps: readonly { readonly slot: number; readonly map: Handle; readonly offset?: number }[] = [],
): Promise<Handle> {
  const code = assemble(text);
  // An lddw that stands for a map says so in its source register: 1 the map, 2 a byte of its first value.
  for (const { slot, offset } of maps) code[slot * 8 + 1] |= offset === undefined ? 0x10 : 0x20;
  return engine.loadProgram({ name: "test", type: "xdp", section: "xdp", code, lines: [], maps });
}
