import type { Kernel } from "../kernel.ts";
import type { Process } from "../processes/index.ts";
import { AF_INET, type Endpoint } from "../sockets/endpoint.ts";
import { utf16 } from "../utf16.ts";
import type { Decision, Verdict } from "./decision.ts";
import { onBehalf, runAttached } from "./run.ts";

const HOOK = "bind";

/** `bind_operation_t` (include/ebpf_nethooks.h). */
export const BindOperation = { BIND: 0, POST_BIND: 1, UNBIND: 2 } as const;

/** Offsets in `bind_md_t`, and its bytes. */
const at = { processId: 16, address: 24, addressLength: 40, operation: 44, protocol: 48 } as const;
const CONTEXT_BYTES = 56;
const SOCKADDR_IN_BYTES = 16;

/** What `bind_action_t` numbers mean for the socket: a redirection is let through as it was; others block. */
const verdicts: readonly (Verdict | undefined)[] = ["PROCEED_SOFT", "REJECT", "PROCEED_SOFT", "PROCEED_HARD"];

/** What a bind program is asked about. */
export interface BindEvent {
  readonly operation: number;
  readonly local: Endpoint;
  readonly protocol: number;
  readonly process: Process;
}

/**
 * Asks the bind program about a port. It has no say about UNBIND, and none when it fails
 * (netebpfext/net_ebpf_ext_bind.c).
 */
export function runBind(kernel: Kernel, event: BindEvent, decision: Decision): void {
  const [attached] = kernel.hooks.on(HOOK);
  if (attached === undefined) return;
  const appId = utf16(event.process.name);
  kernel.context.fill(attached.program.type, contextOf(event), appId);
  const run = onBehalf(kernel, event.process.current, {}, () => runAttached(kernel, HOOK, attached));
  decision.runs.push(run);
  if (event.operation !== BindOperation.BIND || run.error !== undefined) return;
  decision.take(verdicts[run.value] ?? "REJECT", run);
}

/**
 * The address is a sockaddr_in whatever the family, filled from WFP's values: port and address in the machine's byte
 * order. Of IPv6 addresses the driver copies nothing of meaning: zero here.
 */
function contextOf({ operation, local, protocol, process }: BindEvent): Uint8Array {
  const context = new Uint8Array(CONTEXT_BYTES);
  const view = new DataView(context.buffer);
  view.setBigUint64(at.processId, BigInt(process.id), true);
  view.setUint16(at.address, AF_INET, true);
  view.setUint16(at.address + 2, local.port, true);
  if (local.family === AF_INET) context.set(local.address.toReversed(), at.address + 4);
  context[at.addressLength] = SOCKADDR_IN_BYTES;
  view.setUint32(at.operation, operation, true);
  context[at.protocol] = protocol;
  return context;
}
