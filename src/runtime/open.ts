import { assertObject, assertText } from "../arguments.ts";
import type { RuntimeKind } from "../engine/index.ts";
import { EbpfError } from "../errors.ts";
import { type NativeKind, type NativeOptions, openNative } from "../native/index.ts";
import { NativeRuntime } from "./native-runtime.ts";
import type { Runtime } from "./runtime.ts";
import { SimulatedRuntime } from "./simulated-runtime.ts";

export interface OpenOptions {
  /**
   * Absolute path of another `ebpfapi.dll` or `libbpf.so` than the system's. In an elevated process, only
   * administrators may have the right to change it.
   */
  readonly library?: string;
}

/**
 * Opens the machine's eBPF: ebpf-for-windows where it is installed, a simulated kernel where it is absent. `why` of the
 * result says which and for what reason. A runtime that is asked for by name is never replaced by another, nor is one
 * that is installed but cannot be used.
 *
 * Throws `EBPF_UNAVAILABLE` for a kind that this machine does not have or cannot use: not elevated, the driver or
 * service stopped, a version that is too old. The hint says which.
 */
export function openRuntime(kind?: RuntimeKind, options: OpenOptions = {}): Runtime {
  assertObject(options, "What opening takes");
  if (kind !== undefined && kind !== "simulated" && kind !== "windows" && kind !== "libbpf") {
    assertText(kind, "A runtime's name");
    throw new EbpfError("EBPF_UNAVAILABLE", `There is no runtime ${JSON.stringify(kind)}`, {
      hint: 'There are "windows", "simulated" and "libbpf".',
    });
  }
  if (kind === "simulated") return new SimulatedRuntime({}, "the simulated runtime was asked for by name");
  if (kind !== undefined) return openByName(kind, options);
  const status = openNative("windows", options);
  if (status.state === "usable") return new NativeRuntime(status.engine, () => engineByName("windows", options));
  if (status.state === "unusable") throw status.error;
  return new SimulatedRuntime({}, `simulated: ${status.why}`);
}

function openByName(kind: NativeKind, options: NativeOptions): Runtime {
  return new NativeRuntime(engineByName(kind, options), () => engineByName(kind, options));
}

function engineByName(kind: NativeKind, options: NativeOptions) {
  const status = openNative(kind, options);
  if (status.state === "usable") return status.engine;
  if (status.state === "unusable") throw status.error;
  throw new EbpfError("EBPF_UNAVAILABLE", `The ${kind} runtime cannot be opened: ${status.why}`, {
    hint: status.hint,
  });
}
