import { resultHints } from "../engine/index.ts";
import { EbpfResult } from "../platform/index.ts";
import type { Failure } from "./addon.ts";
import { linuxErrno, type System, windowsErrno } from "./errno.ts";

// Whatever keeps the device from being opened, ebpfapi calls it ACCESS_DENIED (invoke_ioctl, libs/api_common/device_helper.hpp).
const ELEVATE =
  "Run elevated, as administrator or as a service: ebpf-for-windows admits nobody else. An administrator is told the same " +
  "where the driver does not run: `sc query ebpfcore`.";
const NATIVE_ONLY =
  "This build of ebpf-for-windows may take native images only: load a .sys, `{ native: 'x.sys', elf: 'x.o' }`.";

const MESSAGE = "What one call hands to the driver fits in 65,535 bytes: make keys, values or data smaller.";
const LOG = "The error's `log` says why; `winbpf verify` explains it.";

/** What can be done about an `ebpf_result_t` of ebpfapi. */
const byResult: ReadonlyMap<number, string> = new Map([
  ...resultHints,
  [EbpfResult.JIT_COMPILATION_FAILED, "The program cannot be compiled here: load a native image made from it."],
  [
    EbpfResult.PROGRAM_LOAD_FAILED,
    "Check the image's signature and version; the eBPF channels of the event log say more.",
  ],
  [EbpfResult.NOT_PINNED, "`winbpf show pins` lists what is pinned."],
  [EbpfResult.ALREADY_INITIALIZED, "It was done before: nothing is left to do."],
  [EbpfResult.ELF_PARSING_FAILED, "Compile the object file again: `clang -target bpf -g -O2`."],
  [EbpfResult.FAILED, "Check `sc query ebpfcore`; the eBPF channels of Windows' event log say more."],
  [EbpfResult.ARITHMETIC_OVERFLOW, MESSAGE],
  [EbpfResult.NO_MORE_TAIL_CALLS, "Chain fewer programs."],
  [EbpfResult.PENDING, "It is under way: try again."],
  [EbpfResult.STALE_ID, "What had the id is gone: list what there is, and open that."],
  [
    EbpfResult.INVALID_STATE,
    "It comes too early or too late: programs are changed before they are loaded, and used after.",
  ],
  [EbpfResult.ACCESS_DENIED, ELEVATE],
  [EbpfResult.RPC_EXCEPTION, "The service that verifies programs does not answer: `net start ebpfsvc`."],
  [
    EbpfResult.BLOCKED_BY_POLICY,
    "Memory integrity (HVCI) forbids compiled code: load a signed native image, `{ native: 'x.sys', elf: 'x.o' }`.",
  ],
  [EbpfResult.EXTENSION_FAILED_TO_LOAD, "The hook's driver is not there: check `sc query netebpfext`."],
  [EbpfResult.FILE_NOT_FOUND, "The eBPF driver is not running: `sc query ebpfcore`."],
]);

/** Numbers of these are the same on both systems. */
const EPERM = 1;
const ENOENT = 2;
const E2BIG = 7;
const EACCES = 13;
const EBUSY = 16;
const EEXIST = 17;
const ENODEV = 19;
const ENOTDIR = 20;
const EINVAL = 22;
const EMFILE = 24;
const EBADF = 9;
const ENOMEM = 12;
const windowsENOTSUP = 129;
/** What a dozen results of ebpfapi have in common (ebpf_result_to_errno, libs/api_common/api_common.hpp). */
const windowsEOTHER = 131;

/** A failure without an `ebpf_result_t`, as far as the row names it, and what can be done. */
interface HintRow {
  readonly system?: System;
  readonly call?: string;
  readonly errno?: number;
  readonly hint: string;
}

const ONE_PROGRAM =
  "A program is there already: detach it (`winbpf show links`, `winbpf detach`; `ip link set dev NAME xdp off`) first.";
const NO_TARGET =
  "Check that the interface (`ip link`, in this network namespace), cgroup, function or event is there, and takes such programs.";

const loads = ["bpf_prog_load", "bpf_object__load"];
const elementCalls = [
  "bpf_map_lookup_elem",
  "bpf_map_update_elem",
  "bpf_map_delete_elem",
  "bpf_map_lookup_and_delete_elem",
  "bpf_map_get_next_key",
];

/** A row for each of some calls on Windows. */
const onWindows = (calls: readonly string[], errno: number, hint: string): readonly HintRow[] =>
  calls.map((call) => ({ system: "windows", call, errno, hint }));

/** First match. */
const rows: readonly HintRow[] = [
  { system: "windows", errno: EPERM, hint: ELEVATE },
  { system: "linux", errno: EPERM, hint: "Run as root, or with CAP_BPF, CAP_NET_ADMIN and CAP_PERFMON." },
  ...onWindows(loads, windowsENOTSUP, NATIVE_ONLY),
  ...onWindows(
    loads,
    windowsEOTHER,
    "ebpfapi does not say why. Look whether the service that verifies runs (`net start ebpfsvc`), and whether memory " +
      "integrity (HVCI) is on: it forbids compiled code, so load a signed native image, `{ native: 'x.sys', elf: 'x.o' }`.",
  ),
  ...onWindows(
    loads,
    ENOMEM,
    "Close what is not used; a service that cannot be reached gives the same number: `net start ebpfsvc`.",
  ),
  ...onWindows(
    ["bpf_map_update_elem", "bpf_prog_bind_map", ...loads],
    EBADF,
    "An array of programs has programs of one type, that of the first that was put in or uses it: make another.",
  ),
  ...onWindows(elementCalls, windowsEOTHER, MESSAGE),
  ...onWindows(
    ["bpf_map_lookup_elem", "bpf_map_lookup_and_delete_elem"],
    EINVAL,
    "Check sizes, indexes and types. What one call gives back fits in 65,535 bytes: read larger values in programs.",
  ),
  { errno: EMFILE, hint: "This process has as many files open as it may: close what is not used, or raise the limit." },
  {
    system: "linux",
    call: "bpf_obj_get",
    errno: ENOENT,
    hint:
      "Nothing is pinned there: `runtime.pins()` and `winbpf show pins` list what is, as far as a bpf file system is at " +
      "/sys/fs/bpf (`ip netns exec` hides it).",
  },
  {
    call: "thread",
    hint: "The system gives this process no more threads, or no memory for their stacks: end what is not used, or raise the limits.",
  },
  {
    call: "bpf_obj_get",
    errno: ENOENT,
    hint: "Nothing is pinned there: `runtime.pins()` and `winbpf show pins` list what is.",
  },
  {
    system: "linux",
    call: "bpf_obj_get",
    errno: EACCES,
    hint: "It is no pin, but a folder or another file: `runtime.pins()` and `winbpf show pins` list what is pinned.",
  },
  { system: "linux", errno: ENOTDIR, hint: "A part of the path is a pin, and no folder: take another path." },
  { system: "linux", call: "bpf_link_create", errno: EBUSY, hint: ONE_PROGRAM },
  { system: "linux", call: "bpf_link_create", errno: EEXIST, hint: ONE_PROGRAM },
  { system: "linux", call: "bpf_link_create", errno: ENODEV, hint: NO_TARGET },
  { system: "linux", call: "bpf_link_create", errno: EINVAL, hint: NO_TARGET },
  { system: "linux", call: "bpf_link_create", errno: ENOENT, hint: NO_TARGET },
  { system: "linux", call: "bpf_prog_load", errno: EACCES, hint: LOG },
  { system: "linux", call: "bpf_object__load", errno: EACCES, hint: LOG },
  {
    system: "linux",
    call: "bpf_map_create",
    errno: E2BIG,
    hint: "Make keys, values or the number of entries smaller.",
  },
  {
    system: "linux",
    call: "bpf_map_create",
    errno: EINVAL,
    hint:
      "Linux takes keys of 4 bytes for arrays, powers of two of whole pages for ring buffers, and one entry at least; " +
      "templates of maps of maps are of a kind that can be inside.",
  },
  {
    system: "linux",
    call: "bpf_map_update_elem",
    errno: EEXIST,
    hint: "The key is there: use mode `any` or `replace`.",
  },
  {
    system: "linux",
    call: "bpf_map_update_elem",
    errno: ENOENT,
    hint: "The key is not there: use mode `any` or `create`.",
  },
  {
    system: "linux",
    call: "bpf_map_get_next_key",
    errno: EINVAL,
    hint: "Maps of this kind have no keys to walk: queues and stacks have push, pop and peek.",
  },
  {
    system: "linux",
    call: "libbpf_num_possible_cpus",
    hint: "It reads /sys/devices/system/cpu/possible: mount sysfs to /sys.",
  },
  { system: "linux", errno: EACCES, hint: "Rights of files, or a security module of the kernel, forbid it." },
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

/** What the caller can do, as a full sentence; undefined where nobody knows. */
export function hintFor(system: System, failed: Failure): string | undefined {
  if (failed.result !== undefined && failed.result !== 0) return byResult.get(failed.result);
  const says = <T>(wanted: T | undefined, is: T | undefined): boolean => wanted === undefined || wanted === is;
  const row = rows.find(
    (each) => says(each.system, system) && says(each.call, failed.failed) && says(each.errno, failed.errno),
  );
  if (row !== undefined || failed.errno === undefined) return row?.hint;
  const { result } = system === "windows" ? windowsErrno(failed.errno) : linuxErrno(failed.errno);
  return (system === "windows" ? byResult : resultHints).get(result);
}
