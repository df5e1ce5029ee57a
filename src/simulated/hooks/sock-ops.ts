import type { Kernel } from "../kernel.ts";
import type { Process } from "../processes/index.ts";
import type { Endpoint } from "../sockets/endpoint.ts";
import type { Decision } from "./decision.ts";
import type { Attachment } from "./hooks.ts";
import { type HookRun, onBehalf, runAttached } from "./run.ts";
import { filtersFor } from "./sock-addr.ts";

const HOOK = "sockops";

/** `bpf_sock_op_type_t` (include/ebpf_nethooks.h). */
export const SockOp = { ACTIVE_ESTABLISHED: 0, PASSIVE_ESTABLISHED: 1, CONNECTION_DELETED: 2 } as const;

/** Offsets in `bpf_sock_ops_t`, and its bytes. */
const at = {
  op: 0,
  family: 4,
  local: 8,
  localPort: 24,
  remote: 28,
  remotePort: 44,
  protocol: 48,
  compartment: 52,
  interfaceLuid: 56,
} as const;
const CONTEXT_BYTES = 64;

/** A flow that is to be established. */
export interface FlowEvent {
  readonly op: number;
  readonly flowId: bigint;
  readonly local: Endpoint;
  readonly remote: Endpoint;
  readonly protocol: number;
  readonly compartment: number;
  readonly interfaceLuid: bigint;
  readonly process: Process;
}

/** A flow that a program has seen established: it hears of the end, on the same context. */
export interface Flow {
  readonly event: FlowEvent;
  readonly attachment: Attachment;
  readonly context: Uint8Array;
}

/**
 * Tells the sockops program of a new flow; a result other than 0 blocks it for good. Undefined where no program saw it,
 * or the program failed: the flow is then permitted, and nobody hears of its end
 * (netebpfext/net_ebpf_ext_sock_ops.c).
 */
export function flowEstablished(kernel: Kernel, event: FlowEvent, decision: Decision): Flow | undefined {
  const [[attachment] = []] = filtersFor(kernel, HOOK, event.compartment);
  if (attachment === undefined) return undefined;
  const run = tell(kernel, event, attachment, contextOf(event));
  decision.runs.push(run);
  if (run.error !== undefined) return undefined;
  decision.take(run.value === 0 ? "PROCEED_SOFT" : "REJECT", run);
  return { event, attachment, context: kernel.context.context() };
}

/** Tells the program that saw the flow established of its end, if it is still attached. The result means nothing. */
export function flowDeleted(kernel: Kernel, { event, attachment, context }: Flow): HookRun | undefined {
  if (!kernel.hooks.on(HOOK).includes(attachment)) return undefined;
  new DataView(context.buffer).setUint32(at.op, SockOp.CONNECTION_DELETED, true);
  return tell(kernel, event, attachment, context);
}

function tell(kernel: Kernel, event: FlowEvent, attachment: Attachment, context: Uint8Array): HookRun {
  kernel.context.fill(attachment.program.type, context, undefined);
  const { process, flowId } = event;
  const invocation = { process: process.current, flowId };
  return onBehalf(kernel, process.current, invocation, () => runAttached(kernel, HOOK, attachment));
}

function contextOf(event: FlowEvent): Uint8Array {
  const context = new Uint8Array(CONTEXT_BYTES);
  const view = new DataView(context.buffer);
  view.setUint32(at.op, event.op, true);
  view.setUint32(at.family, event.local.family, true);
  context.set(event.local.address, at.local);
  view.setUint16(at.localPort, event.local.port);
  context.set(event.remote.address, at.remote);
  view.setUint16(at.remotePort, event.remote.port);
  context[at.protocol] = event.protocol;
  view.setUint32(at.compartment, event.compartment, true);
  view.setBigUint64(at.interfaceLuid, event.interfaceLuid, true);
  return context;
}
