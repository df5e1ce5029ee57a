import { openRuntime } from "../../../src/index.ts";
import type { Target } from "../../contract/index.ts";
import { double } from "./double.ts";

/** Rows about what a verifier or a kernel does with a program: the double has neither. */
const noKernel = "the double neither verifies nor runs programs as a kernel does";

/** A build that runs under wine has no drivers: its providers are those of upstream's tests (tests/end_to_end/helpers.h). */
const testProviders = "the providers of upstream's tests make other contexts of test runs than netebpfext";

/** Such a build runs on all CPUs of the machine. */
const manyCpus = "which entries leave an LRU map depends on the CPUs that calls are made on";

const rows = (names: readonly string[], reason: string): [string, string][] => names.map((name) => [name, reason]);

/** ebpfapi.dll through the addon as a target of the contract: the double, or another build in its place. */
export const windowsTarget: Target = {
  name: "windows",
  open: () => openRuntime("windows"),
  lacks: new Map([
    ["profiles", "the library is one build with one set of rights"],
    ["simulation", "hooks fire when the system's own events do"],
    ["custom-maps", "their providers are drivers"],
    ["native-images", "a signed driver is needed; loading one is tested by itself"],
  ]),
  exceptions: new Map(
    double === undefined
      ? [["38", manyCpus], ...rows(["98", "100", "100 pointers", "118 data"], testProviders)]
      : rows(["4", "11", "12", "64", "98", "121", "127"], noKernel),
  ),
};
