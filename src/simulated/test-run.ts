import { failure, type TestRunOptions, type TestRunResult } from "../engine/index.ts";
import { EbpfError } from "../errors.ts";
import { EbpfResult, type ProgramTypeRow } from "../platform/index.ts";
import type { Step } from "../spec/index.ts";
import { type Invocation, noInvocation } from "./invocation.ts";
import type { Kernel } from "./kernel.ts";
import type { KernelProgram } from "./program.ts";
import { Slices } from "./slices.ts";
import { arrangeAsGiven, arrangeAsWindows, type TestInput } from "./test-input.ts";

/** Bytes of a message to the driver in front of a test run's data (libs/execution_context/ebpf_protocol.h). */
const REQUEST_BYTES = 49;
const REPLY_BYTES = 27;
/** Offset of the padding at the end of `xdp_md_t`. */
const XDP_PADDING = 28;
const MESSAGE_BYTES = 65_535;

/** What the providers of program types make of the input of a test run. */
interface TestRunRules {
  /** A run without a context is refused. */
  readonly needsContext: boolean;
  readonly data: "given back" | "dropped" | "refused";
  /** Bytes of data must be even in number: UTF-16 text. */
  readonly evenData?: boolean;
}

/** netebpfext, ntosebpfext and xdp-for-windows (facts: program-types.md §3). */
export const windowsTestRuns: Readonly<Record<string, TestRunRules>> = {
  xdp: { needsContext: false, data: "given back" },
  bind: { needsContext: true, data: "given back", evenData: true },
  sock_addr: { needsContext: true, data: "refused" },
  sockops: { needsContext: true, data: "refused" },
  sample: { needsContext: true, data: "given back" },
  process: { needsContext: true, data: "given back" },
  netevent_monitor: { needsContext: true, data: "given back" },
};

/** The stand-ins that upstream's own tests use (tests/end_to_end/helpers.h). */
export const upstreamTestRuns: Readonly<Record<string, TestRunRules>> = {
  xdp: { needsContext: false, data: "given back" },
  bind: { needsContext: false, data: "dropped" },
  sock_addr: { needsContext: false, data: "dropped" },
  sockops: { needsContext: false, data: "dropped" },
  sample: { needsContext: true, data: "dropped" },
};

/** One repetition of a test run, step by step. */
export function* traceRun(kernel: Kernel, program: KernelProgram, options: TestRunOptions): Generator<Step, number> {
  const { input } = prepare(kernel, program, options);
  kernel.invocation = input.invocation;
  try {
    return yield* kernel.trace(program, kernel.context.address);
  } finally {
    kernel.invocation = noInvocation;
  }
}

/**
 * Runs a program on given input without any hook: `bpf_prog_test_run_opts`. One context serves all repetitions. Others
 * get their turn between repetitions, and may run programs of this kernel then; `duration` is without them.
 */
export async function testRun(kernel: Kernel, program: KernelProgram, options: TestRunOptions): Promise<TestRunResult> {
  const { cpu = kernel.cpu, signal } = options;
  refuseAborted(signal);
  const { rules, room, input } = prepare(kernel, program, options);
  const repeat = Math.max(options.repeat ?? 1, 1);
  const { context } = kernel;
  const slices = new Slices();
  let returnValue = 0;
  // A caller that closes the program while others have their turn has it closed when this is done.
  program.acquire();
  try {
    for (let done = 0; done < repeat; ) {
      if (slices.isTurn) {
        const saved = context.save();
        await slices.turn();
        refuseAborted(signal);
        context.restore(saved);
      }
      slices.run(repeat - done, (count) => {
        returnValue = runOn(kernel, program, cpu, input.invocation, count);
        done += count;
      });
    }
  } finally {
    program.release();
  }
  const left = rules.data === "given back" ? input.giveBackData(context.data()) : new Uint8Array(0);
  // Upstream's stand-ins give nothing back where there is too little room.
  if (left.length > room && kernel.providers === "windows") {
    throw failure(EbpfResult.INSUFFICIENT_BUFFER, `There is no room for ${left.length} bytes of data`);
  }
  return {
    returnValue,
    data: left.length <= room ? left : new Uint8Array(0),
    context: input.giveBack(givenBack(program.type, context.context())),
    duration: Math.round((slices.milliseconds * 1e6) / repeat),
  };
}

/** Runs a program `count` times on the context as it is; what the last run returned. */
function runOn(kernel: Kernel, program: KernelProgram, cpu: number, invocation: Invocation, count: number): number {
  const ownCpu = kernel.cpu;
  kernel.cpu = cpu;
  kernel.invocation = invocation;
  try {
    const enter = () => kernel.startRun(program);
    return kernel.runSeries(program, { next: 0, end: count, context: kernel.context.address, enter });
  } finally {
    kernel.cpu = ownCpu;
    kernel.invocation = noInvocation;
  }
}

function refuseAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted !== true) return;
  throw new EbpfError("EBPF_ABORTED", "The test run was aborted", { cause: signal.reason });
}

/** XDP gives nothing but the interface index back; the padding behind it is zero. */
function givenBack(type: ProgramTypeRow, context: Uint8Array): Uint8Array {
  return type.name === "xdp" ? context.fill(0, XDP_PADDING) : context;
}

/** Checks the input and puts it where the program will see it. */
function prepare(
  kernel: Kernel,
  program: KernelProgram,
  options: TestRunOptions,
): { readonly rules: TestRunRules; readonly room: number; readonly input: TestInput } {
  const { context, cpu = kernel.cpu } = options;
  const data = options.data?.length === 0 ? undefined : options.data;
  const contextBytes = context?.length ?? 0;
  const room = options.room === undefined ? Number.POSITIVE_INFINITY : options.room - contextBytes;
  const rules = (kernel.providers === "windows" ? windowsTestRuns : upstreamTestRuns)[program.options.type];
  const type = program.type;
  if ((data?.length ?? 0) + contextBytes > MESSAGE_BYTES - REQUEST_BYTES) throw refuse("The input is too long");
  if ((options.room ?? 0) > MESSAGE_BYTES - REPLY_BYTES) throw refuse("There is room for more than a message holds");
  if (room < 0) {
    throw failure(EbpfResult.ARITHMETIC_OVERFLOW, "There is less room for output than the context needs");
  }
  if (rules === undefined || type.context === undefined) throw refuse(`${type.name} programs have no test run`);
  if (!Number.isInteger(cpu) || cpu < 0 || cpu >= kernel.cpus) throw refuse(`There is no CPU ${cpu}`);
  checkInput(type, rules, data, context);
  // Upstream's stand-in for XDP has no packet to lengthen in test runs.
  const headroom = kernel.providers === "windows" ? undefined : 0;
  const arrange = kernel.providers === "windows" ? arrangeAsWindows : arrangeAsGiven;
  const input = arrange(type.name, context ?? new Uint8Array(0), data);
  kernel.context.fill(type, input.context, input.data, headroom, input.metadata);
  return { rules, room, input };
}

function checkInput(
  type: ProgramTypeRow,
  rules: TestRunRules,
  data: Uint8Array | undefined,
  context: Uint8Array | undefined,
): void {
  const wanted = type.context?.size ?? 0;
  if (context === undefined || context.length === 0) {
    if (rules.needsContext) throw refuse(`${type.name} programs need a context`);
  } else if (context.length < wanted) {
    throw refuse(`A context of ${context.length} bytes is shorter than ${type.context?.name} (${wanted})`);
  }
  if (rules.data === "refused" && data !== undefined) throw refuse(`${type.name} programs take no data`);
  if (rules.evenData === true && (data?.length ?? 0) % 2 !== 0) throw refuse("The data is text of 2 bytes a character");
}

function refuse(message: string): Error {
  return failure(EbpfResult.INVALID_ARGUMENT, message);
}
