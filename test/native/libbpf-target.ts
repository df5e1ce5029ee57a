import { openRuntime } from "../../src/index.ts";
import type { HelperNumbers, Target } from "../contract/index.ts";

/** Linux' numbers of helpers (include/uapi/linux/bpf.h). */
const helpers: HelperNumbers = {
  lookup: 1,
  update: 2,
  delete: 3,
  tailCall: 12,
  ringOutput: 130,
  printk3: 6,
  perfOutput: 25,
  push: 87,
  pop: 88,
  peek: 89,
};

const tailCalls = "Linux' tail call helper gives no result: its verifier refuses to read r0";
const written = "Linux lets programs alone write rings; libbpf.test.ts has programs that do";
const limits = "Linux counts `max_entries` exactly";
const later = "Linux frees objects after a grace period, not at once";
const windowsObjects = "the suite's object files are for Windows' program types";
const windowsTypes = "types, sections and GUIDs of Windows' registry";

const objectArrays = "Linux says ENOENT for an empty slot, and reads these maps in batches in newer versions only";
const noBatches = "Linux says ENOTSUP where a map has no batches";

/** Rows where Linux behaves otherwise, and how. */
const exceptions: ReadonlyMap<string, string> = new Map([
  ["2", "Linux takes a million instructions from root"],
  ["12", "Linux lets root print pointers"],
  ["13", windowsObjects],
  ["15", tailCalls],
  ["16", tailCalls],
  ["17", tailCalls],
  ["18", tailCalls],
  ["22", windowsObjects],
  ["23", windowsObjects],
  ["33", "Linux says EEXIST: an array's keys exist"],
  ["35", limits],
  ["36", limits],
  ["37", "Linux' LRU lists are per CPU, and evict several at a time"],
  ["38", "which entries leave depends on the CPUs that calls are made on"],
  ["47", "Linux' batches end between two buckets"],
  ["50", "Linux compares inner maps when they are looked up inline only"],
  ["52", "Linux deletes from a hash of maps"],
  ["53", later],
  ["54", "Linux keeps the programs of an array that a program refers to"],
  ["60", "Linux has XSKMAP without any provider"],
  ["62", later],
  ["65", "Linux keeps 15 bytes of a name, whatever is given"],
  ["69", "Linux does not count pins"],
  ["74", windowsObjects],
  ["75", windowsObjects],
  ["89", "there is no interface 5; xdp.test.ts attaches to a veth pair"],
  ["103", "Linux says EINVAL for every bad size"],
  ["105", written],
  ["106", written],
  ["108", written],
  ["109", written],
  ["109 wrap", written],
  ["110", written],
  ["111", written],
  ["112", written],
  ["113", "Linux' perf records carry a header of another size"],
  ["116", written],
  ["117 data", "Linux' XDP context has fields of 4 bytes, and packets of 14 bytes at least"],
  ["118", "Linux checks contexts by their content"],
  ["120", windowsTypes],
  ["121", "Linux' verifier lets root return a pointer"],
  ["122", windowsTypes],
  ["123", windowsTypes],
  ["maps 1: prog_array", objectArrays],
  ["maps 1: array_of_maps", objectArrays],
  ["maps 1: queue", noBatches],
  ["maps 1: stack", noBatches],
  ["maps 1: ringbuf", noBatches],
  ["maps 1: perf_event_array", "Linux' perf event arrays hold events of user space, and have no batches"],
  ["maps 1: unspec, size 0", "Linux looks at the type before the sizes"],
  ["maps 1: ring, page", "Linux says EINVAL for every bad size"],
  ["maps 1: no template", "descriptor 0 is a descriptor on Linux, and no map"],
  ["maps 1: custom", "Linux has XSKMAP without any provider"],
  ["maps 1: 128 GiB", "Linux says E2BIG"],
  ["maps 1: inner", "Linux does not look at an inner map that is not asked for"],
  ["maps 1: name", "Linux keeps 15 bytes of a name, whatever is given"],
  ["maps 1: deprecated", "descriptor 999 is EINVAL on Linux where a template is meant"],
  ["maps 2: update, arrays", "Linux says EEXIST for NOEXIST: an array's keys exist"],
  ["maps 2: next key, arrays", "Linux begins anew after a key beyond the end"],
  ["maps 2: object arrays", "Linux says E2BIG beyond the end, and ENOENT for empty slots"],
  ["maps 2: trie", "Linux says ENOENT for a prefix that is too long"],
  ["maps 2: per-CPU from a program", "Linux' helpers give negative errno numbers"],
  ["maps 4: cursor", "Linux' cursor of an array is a number of 4 bytes, not the last key"],
  ["maps 4: stops", "Linux' batches take no NOEXIST"],
  ["maps 4: objects", "Linux' batches leave empty slots out"],
  ["maps 4: keyless", noBatches],
]);

/** Linux' kernel through libbpf as a target of the contract. */
export const libbpfTarget: Target = {
  name: "libbpf",
  open: () => openRuntime("libbpf"),
  plain: { number: 1, name: "xdp", context: null, data: new Uint8Array(64) },
  helpers,
  lacks: new Map([
    ["profiles", "Linux has no such profiles"],
    ["simulation", "a real kernel has no hooks to fire by hand"],
    ["sample", "the sample extension is Windows'"],
    ["sockets", "bind and cgroup hooks of Windows"],
    ["custom-maps", "Linux has no custom maps"],
    ["native-images", "native images are Windows drivers"],
  ]),
  exceptions,
};
