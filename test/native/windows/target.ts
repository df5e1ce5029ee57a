import { openRuntime } from "../../../src/index.ts";
import type { Target } from "../../contract/index.ts";
import { double } from "./double.ts";

/** Rows about what a verifier or a kernel does with a program: the double has neither. */
const noKernel = "the double neither verifies nor runs programs as a kernel does";

/** A build that runs under wine has no drivers: its providers are those of upstream's tests (tests/end_to_end/helpers.h). */
const testProviders = "the providers of upstream's tests make other contexts of test runs than netebpfext";

/** Upstream's bpf_prog_load refuses them, and so does the double; `nested-maps.wine.ts` says what a caller sees. */
const mapsInMaps = "ebpfapi's bpf_prog_load refuses programs that look inner maps up (libs/api/ebpf_api.cpp)";
const mapsInMapsRows = ["55", "56", "57", "58", "59", "74", "75"];

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
  exceptions: new Map([
    ...mapsInMapsRows.map((row): [string, string] => [row, mapsInMaps]),
    ...(double === undefined
      ? ["98", "100", "100 pointers"].map((row): [string, string] => [row, testProviders])
      : ["4", "11", "12", "64", "98", "121", "127"].map((row): [string, string] => [row, noKernel])),
  ]),
};
