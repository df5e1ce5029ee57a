import type { RuntimeKind } from "../engine/index.ts";
import { EbpfError } from "../errors.ts";
import type { Runtime } from "./runtime.ts";
import { SimulatedRuntime } from "./simulated-runtime.ts";

/**
 * Opens the machine's eBPF: ebpf-for-windows where it is installed, a simulated kernel where it is absent. `why` of the
 * result says which and for what reason. A runtime that is asked for by name is never replaced by another.
 *
 * Throws `EBPF_UNAVAILABLE` for a kind that this version or this machine does not have.
 */
export function openRuntime(kind?: RuntimeKind): Runtime {
  if (kind === "simulated") return new SimulatedRuntime({}, "the simulated runtime was asked for by name");
  if (kind !== undefined) {
    throw new EbpfError("EBPF_UNAVAILABLE", `The ${kind} runtime cannot be opened: this version has no native addon`, {
      hint: 'Use openRuntime("simulated"), or simulate().',
    });
  }
  return new SimulatedRuntime(
    {},
    `simulated: this version has no native addon to reach a real kernel (${process.platform})`,
  );
}
