import { EbpfResult } from "../platform/index.ts";
import type { Failure } from "./addon.ts";
import type { System } from "./errno.ts";

const elevate: Readonly<Record<System, string>> = {
  windows: "Run elevated, as administrator or as a service: ebpf-for-windows admits nobody else.",
  linux: "Run as root, or with CAP_BPF, CAP_NET_ADMIN and CAP_PERFMON.",
};

/** What can be done about an `ebpf_result_t` of ebpfapi, where more can be said than the result's name does. */
const byResult: ReadonlyMap<number, string> = new Map([
  [EbpfResult.ACCESS_DENIED, elevate.windows],
  [EbpfResult.RPC_EXCEPTION, "The service that verifies programs does not answer: `net start ebpfsvc`."],
  [
    EbpfResult.BLOCKED_BY_POLICY,
    "Memory integrity (HVCI) forbids compiled code: load a signed native image, `{ native: 'x.sys', elf: 'x.o' }`.",
  ],
  [
    EbpfResult.OPERATION_NOT_SUPPORTED,
    "This build of ebpf-for-windows may take native images only: load a .sys, `{ native: 'x.sys', elf: 'x.o' }`.",
  ],
  [EbpfResult.EXTENSION_FAILED_TO_LOAD, "The hook's driver is not there: check `sc query netebpfext`."],
  [EbpfResult.FILE_NOT_FOUND, "The eBPF driver is not running: `sc query ebpfcore`."],
]);

const EPERM = 1;
const ENOENT = 2;
const EEXIST = 17;
const EMFILE = 24;
const windowsENOTSUP = 129;

/** What the caller can do, as a full sentence; undefined where the error says it all. */
export function hintFor(system: System, failed: Failure): string | undefined {
  if (failed.result !== undefined && failed.result !== 0) return byResult.get(failed.result);
  if (failed.errno === EPERM) return elevate[system];
  if (system === "windows" && failed.errno === windowsENOTSUP) return byResult.get(EbpfResult.OPERATION_NOT_SUPPORTED);
  // These numbers are the same on both systems.
  if (failed.errno === EMFILE)
    return "This process has as many files open as it may: close what is not used, or raise the limit.";
  if (failed.failed === "bpf_obj_get" && failed.errno === ENOENT) {
    return "Nothing is pinned there: `runtime.pins()` and `winbpf show pins` list what is.";
  }
  if (failed.failed === "bpf_obj_pin" && failed.errno === EEXIST) {
    return "Something is pinned there: take it away (`runtime.unpin()`, `winbpf unpin`), or take another path.";
  }
  if (system === "linux" && failed.errno === ENOENT && failed.failed === "bpf_obj_pin") {
    return "Pins need a bpf file system: `mount -t bpf bpf /sys/fs/bpf`.";
  }
  return undefined;
}
