import { type MapProvider, MapType, type simulate } from "../../src/index.ts";
import type { Target } from "./index.ts";

/** Rows that a simulated kernel cannot hold, and why: none. docs/fidelity.md would say the same. */
const exceptions: ReadonlyMap<string, string> = new Map();

/** What row 60 takes its provider to be: the value 13 is refused, and so is looking key 2 up. */
const provider: MapProvider = {
  type: MapType.SAMPLE_HASH_MAP,
  update: (_, value) => value[0] !== 13,
  lookup: (key) => key[0] !== 2,
};

/** The simulated kernel as a target of the contract. */
export function simulatedTarget(open: typeof simulate): Target {
  return {
    name: "simulated",
    open: ({ customMaps = false, ...options } = {}) => open({ ...options, mapProviders: customMaps ? [provider] : [] }),
    exceptions,
    lacks: new Map(),
  };
}
