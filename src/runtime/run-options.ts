import { assertBytes, assertInteger, assertObject, assertSignal } from "../arguments.ts";
import type { TestRunOptions } from "../engine/index.ts";

/** `bpf_test_run_opts` counts repetitions in an int. */
const MOST_REPETITIONS = 0x7fff_ffff;

/** Throws `EBPF_INVALID_ARGUMENT` where a caller without types gave what no run can be made of. */
export function assertRunOptions(options: TestRunOptions): void {
  assertObject(options, "What a run takes");
  const { data, context, repeat, cpu, room, signal } = options;
  if (data !== undefined) assertBytes(data, "A run's data");
  if (context !== undefined) assertBytes(context, "A run's context");
  if (repeat !== undefined) assertInteger(repeat, "A number of repetitions", 0, MOST_REPETITIONS);
  if (cpu !== undefined) assertInteger(cpu, "A run's CPU");
  if (room !== undefined) assertInteger(room, "The room for what a run gives");
  assertSignal(signal);
}
