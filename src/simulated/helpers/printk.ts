import type { Machine } from "../../vm/index.ts";
import type { Kernel } from "../kernel.ts";
import { formatPrintk } from "./format.ts";
import { type HelperDefinition, returnInt } from "./helper.ts";

/** Bounds of the format's size in bytes, its NUL included (libs/execution_context/ebpf_core.c). */
const SHORTEST_FORMAT = 2;
const LONGEST_FORMAT = 511;

/** Helpers 12 to 15: `bpf_printk` with 0 to 3 values. They answer the bytes written, 0 unheard, -1 for a bad format. */
export const printkHelpers: readonly HelperDefinition[] = [0, 1, 2, 3].map((values) => ({
  id: 12 + values,
  make: (kernel) => (machine) => returnInt(machine, print(kernel, machine, values)),
}));

function print(kernel: Kernel, machine: Machine, count: number): number {
  const size = machine.hi[2] === 0 ? machine.lo[2] >>> 0 : LONGEST_FORMAT + 1;
  if (size < SHORTEST_FORMAT || size > LONGEST_FORMAT) return -1;
  const address = machine.access(1, size, false);
  if (!kernel.printk.enabled) return 0;
  const values = Array.from(
    { length: count },
    (_, i) => (BigInt(machine.hi[3 + i]) << 32n) | BigInt(machine.lo[3 + i] >>> 0),
  );
  const text = formatPrintk(readFormat(kernel.memory.bytes, address, size), values);
  if (text === undefined) return -1;
  kernel.printk.emit({
    text,
    program: kernel.running?.options.name ?? "",
    cpu: kernel.cpu,
    time: kernel.clock.bootTime,
  });
  return text.length;
}

/** The format up to its first NUL. Its last byte counts as one, and so does a newline before that. */
function readFormat(memory: Uint8Array, address: number, size: number): string {
  const newline = memory[address + size - 2] === 0x0a;
  const bytes = memory.subarray(address, address + size - (newline ? 2 : 1));
  const end = bytes.indexOf(0);
  return Buffer.from(end < 0 ? bytes : bytes.subarray(0, end)).toString("latin1");
}
