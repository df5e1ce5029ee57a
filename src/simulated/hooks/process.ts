import type { Kernel } from "../kernel.ts";
import type { Process } from "../processes/index.ts";
import { utf16 } from "../utf16.ts";
import { type HookRun, onBehalf, runAttached } from "./run.ts";

const HOOK = "process";
const OPERATION_DELETE = 1;

/** Offsets in `process_md_t` (ntosebpfext, include/ebpf_ntos_hooks.h), and its bytes. */
const at = {
  processId: 16,
  parentId: 24,
  creatorId: 32,
  creatorThread: 40,
  creationTime: 48,
  exitTime: 56,
  exitCode: 64,
  operation: 68,
  sidSize: 72,
  sid: 76,
} as const;
const CONTEXT_BYTES = 144;

/** What process programs said to a process' creation. */
export interface CreationAnswer {
  /** NTSTATUS, signed 32-bit: negative ones deny. */
  readonly status: number;
  /** The program that denied. */
  readonly by: string | undefined;
  readonly runs: readonly HookRun[];
}

/**
 * Asks process programs about a new process, in the order that they were attached, until one denies. A program that
 * fails is passed over (ntosebpfext, ntos_ebpf_ext_process.c).
 */
export function processCreated(kernel: Kernel, process: Process, creator: Process): CreationAnswer {
  const context = new Uint8Array(CONTEXT_BYTES);
  const view = new DataView(context.buffer);
  const { sid } = process;
  view.setBigUint64(at.processId, BigInt(process.id), true);
  view.setBigUint64(at.parentId, BigInt(process.parentId), true);
  view.setBigUint64(at.creatorId, BigInt(creator.id), true);
  view.setBigUint64(at.creatorThread, BigInt(creator.threadId), true);
  view.setBigUint64(at.creationTime, process.creationTime, true);
  view.setUint32(at.sidSize, sid.length, true);
  context.set(sid, at.sid);
  const runs: HookRun[] = [];
  const by = onBehalf(kernel, creator.current, { texts: process.texts }, () =>
    ask(kernel, context, utf16(process.commandLine), runs, (status) => status >= 0),
  );
  return { status: by?.status ?? 0, by: by?.program, runs };
}

/** Tells process programs that a process has ended. Their results mean nothing; texts of the process are gone. */
export function processExited(kernel: Kernel, process: Process, exitCode: number, exitTime: bigint): HookRun[] {
  const context = new Uint8Array(CONTEXT_BYTES);
  const view = new DataView(context.buffer);
  view.setBigUint64(at.processId, BigInt(process.id), true);
  view.setBigUint64(at.creationTime, process.creationTime, true);
  view.setBigUint64(at.exitTime, exitTime, true);
  view.setUint32(at.exitCode, exitCode, true);
  context[at.operation] = OPERATION_DELETE;
  const runs: HookRun[] = [];
  onBehalf(kernel, process.current, {}, () => ask(kernel, context, undefined, runs, () => true));
  return runs;
}

/** Runs every program until `goOn` says no; the one that it said no to. */
function ask(
  kernel: Kernel,
  context: Uint8Array,
  commandLine: Uint8Array | undefined,
  runs: HookRun[],
  goOn: (status: number) => boolean,
): { readonly program: string; readonly status: number } | undefined {
  const attached = [...kernel.hooks.on(HOOK)];
  const [first] = attached;
  if (first === undefined) return undefined;
  kernel.context.fill(first.program.type, context, commandLine);
  for (const each of attached) {
    const run = runAttached(kernel, HOOK, each);
    runs.push(run);
    if (run.error === undefined && !goOn(run.value | 0)) return { program: run.program, status: run.value | 0 };
  }
  return undefined;
}
