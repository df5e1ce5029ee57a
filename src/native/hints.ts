import { EbpfResult } from "../platform/index.ts";
import type { Failure } from "./addon.ts";
import type { System } from "./errno.ts";

const ELEVATE = "Run elevated, as administrator or as a service: ebpf-for-windows admits nobody else.";
const NATIVE_ONLY =
  "This build of ebpf-for-windows may take native images only: load a .sys, `{ native: 'x.sys', elf: 'x.o' }`.";

/** What can be done about an `ebpf_result_t` of ebpfapi, where more can be said than the result's name does. */
const byResult: ReadonlyMap<number, string> = new Map([
  [EbpfResult.ACCESS_DENIED, ELEVATE],
  [EbpfResult.RPC_EXCEPTION, "The service that verifies programs does not answer: `net start ebpfsvc`."],
  [
    EbpfResult.BLOCKED_BY_POLICY,
    "Memory integrity (HVCI) forbids compiled code: load a signed native image, `{ native: 'x.sys', elf: 'x.o' }`.",
  ],
  [EbpfResult.OPERATION_NOT_SUPPORTED, NATIVE_ONLY],
  [EbpfResult.EXTENSION_FAILED_TO_LOAD, "The hook's driver is not there: check `sc query netebpfext`."],
  [EbpfResult.FILE_NOT_FOUND, "The eBPF driver is not running: `sc query ebpfcore`."],
]);

/** Numbers of these are the same on both systems. */
const EPERM = 1;
const ENOENT = 2;
const EEXIST = 17;
const EMFILE = 24;
const windowsENOTSUP = 129;

/** A failure without an `ebpf_result_t`, as far as the row names it, and what can be done. */
interface HintRow {
  readonly system?: System;
  readonly call?: string;
  readonly errno?: number;
  readonly hint: string;
}

/** First match. */
const rows: readonly HintRow[] = [
  { system: "windows", errno: EPERM, hint: ELEVATE },
  { system: "linux", errno: EPERM, hint: "Run as root, or with CAP_BPF, CAP_NET_ADMIN and CAP_PERFMON." },
  { system: "windows", errno: windowsENOTSUP, hint: NATIVE_ONLY },
  { errno: EMFILE, hint: "This process has as many files open as it may: close what is not used, or raise the limit." },
  {
    call: "bpf_obj_get",
    errno: ENOENT,
    hint: "Nothing is pinned there: `runtime.pins()` and `winbpf show pins` list what is.",
  },
  {
    call: "bpf_obj_pin",
    errno: EEXIST,
    hint: "Something is pinned there: take it away (`runtime.unpin()`, `winbpf unpin`), or take another path.",
  },
  {
    system: "linux",
    call: "bpf_obj_pin",
    errno: ENOENT,
    hint: "Pins need a bpf file system: `mount -t bpf bpf /sys/fs/bpf`.",
  },
  {
    system: "linux",
    call: "bpf_prog_test_run_opts",
    hint:
      "Linux takes packets from an Ethernet header to a page less its own needs, contexts of the type's size, and CPUs " +
      "that are there.",
  },
];

/** What the caller can do, as a full sentence; undefined where the error says it all. */
export function hintFor(system: System, failed: Failure): string | undefined {
  if (failed.result !== undefined && failed.result !== 0) return byResult.get(failed.result);
  const says = <T>(wanted: T | undefined, is: T | undefined): boolean => wanted === undefined || wanted === is;
  return rows.find((row) => says(row.system, system) && says(row.call, failed.failed) && says(row.errno, failed.errno))
    ?.hint;
}
