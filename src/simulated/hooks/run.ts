import { EbpfError } from "../../errors.ts";
import type { Current } from "../current.ts";
import type { Invocation } from "../invocation.ts";
import type { Kernel } from "../kernel.ts";
import type { Attachment } from "./hooks.ts";

/** One program that a hook ran. */
export interface HookRun {
  /** Section prefix of the hook, `"cgroup/connect4"`. */
  readonly hook: string;
  readonly program: string;
  /** What the program returned, unsigned 32-bit; 0 where it failed. */
  readonly value: number;
  /** Why the program failed to run to its end; absent where it did not fail. */
  readonly error?: EbpfError;
}

/** What counts as "the program could not be invoked": the run ended before the program did. */
const failures: ReadonlySet<string> = new Set(["EBPF_FAULT", "EBPF_BUDGET_EXCEEDED", "EBPF_ABORTED"]);

/** Runs a program on the context that lies ready. A run that breaks off is an answer too, not an exception. */
export function runAttached(kernel: Kernel, hook: string, { program }: Attachment): HookRun {
  const { name } = program.options;
  kernel.context.point();
  try {
    return { hook, program: name, value: kernel.run(program, kernel.context.address) };
  } catch (error) {
    if (error instanceof EbpfError && failures.has(error.code)) return { hook, program: name, value: 0, error };
    throw error;
  }
}

/** Does `action` as `current`, with what the hook's driver knows; both are as before afterwards. */
export function onBehalf<T>(kernel: Kernel, current: Current, invocation: Invocation, action: () => T): T {
  const before = { current: kernel.current, invocation: kernel.invocation };
  kernel.current = current;
  kernel.invocation = invocation;
  try {
    return action();
  } finally {
    kernel.current = before.current;
    kernel.invocation = before.invocation;
  }
}
