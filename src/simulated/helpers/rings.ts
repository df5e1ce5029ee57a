import { EbpfResult } from "../../platform/index.ts";
import type { Machine } from "../../vm/index.ts";
import type { Kernel } from "../kernel.ts";
import { RingMap } from "../maps/index.ts";
import { bigArgument, type HelperDefinition, mapArgument, returnInt, sizeArgument } from "./helper.ts";

/** Low half of the flags: the CPU whose ring is meant, this number for the current one. */
const CURRENT_CPU = 0xffff_ffff;
/** Bits 32 to 51 of the flags: bytes of the context's data that follow the record. */
const CAPTURE_BITS = 20n;

/** Program types whose hooks run above the level where a thread may move to another CPU. */
const atDispatchLevel: ReadonlySet<string> = new Set(["sock_addr", "sockops"]);

/** Helpers 11 and 32: records of ring buffers and perf event arrays. */
export const ringHelpers: readonly HelperDefinition[] = [
  {
    id: 11,
    make: (kernel) => (machine) => {
      const map = mapArgument(kernel, machine, 1);
      const size = sizeArgument(machine, 3);
      const data = machine.access(2, size, false);
      const ring = map instanceof RingMap ? map.rings[0] : undefined;
      returnInt(machine, -(ring?.output(data, size) ?? EbpfResult.OPERATION_NOT_SUPPORTED));
    },
  },
  { id: 32, make: (kernel) => (machine) => returnInt(machine, -outputEvent(kernel, machine)) },
];

function outputEvent(kernel: Kernel, machine: Machine): number {
  const map = mapArgument(kernel, machine, 2);
  const flags = bigArgument(machine, 3);
  const size = sizeArgument(machine, 5);
  const data = machine.access(4, size, false);
  const cpu = Number(flags & 0xffff_ffffn);
  const capture = Number(BigInt.asUintN(Number(CAPTURE_BITS), flags >> 32n));
  if (capture !== 0) {
    const { context } = kernel;
    if (!context.hasData || context.dataStart === 0) return EbpfResult.OPERATION_NOT_SUPPORTED;
    if (context.dataLength < capture) return EbpfResult.INVALID_ARGUMENT;
  }
  if (cpu !== CURRENT_CPU) {
    const dispatch = kernel.invocation.atDispatchLevel ?? atDispatchLevel.has(kernel.running?.options.type ?? "");
    if (!dispatch || cpu !== kernel.cpu) return EbpfResult.INVALID_ARGUMENT;
  }
  const ring = map instanceof RingMap ? map.rings[kernel.cpu] : undefined;
  const start = capture === 0 ? 0 : kernel.context.dataStart;
  return ring?.output(data, size, start, capture) ?? EbpfResult.OPERATION_NOT_SUPPORTED;
}
