import type { simulate } from "../../src/index.ts";
import type { Target } from "./index.ts";

/** Rows that a simulated kernel cannot hold, and why; docs/fidelity.md says the same. */
const exceptions: ReadonlyMap<string, string> = new Map([
  ["26", "a native image is a Windows driver: there is nothing to load"],
  ["27", "a native image is a Windows driver: there is nothing to load"],
  ["77", "a native image is a Windows driver: there is nothing to load"],
]);

/** The simulated kernel as a target of the contract. */
export function simulatedTarget(open: typeof simulate): Target {
  return { name: "simulated", open: (options = {}) => open(options as object), exceptions, lacks: new Map() };
}
