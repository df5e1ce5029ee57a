import type { Kernel } from "../kernel.ts";
import { type HookRun, onBehalf, runAttached } from "./run.ts";

const HOOK = "netevent_monitor";

/** Bytes of `netevent_data_header_t`, and of PktMon's header behind it (include/ebpf_netevent_hooks.h). */
export const DATA_HEADER_BYTES = 4;
export const PKTMON_HEADER_BYTES = 0x35;
/** NETEVENT_EVENT_TYPE_PKTMON_DROP and _FLOW, NETEVENT_PKTMON_EVENT_CURRENT_VERSION. */
export const DROP_EVENT = 100;
export const FLOW_EVENT = 101;
const HEADER_VERSION = 1;

/** What is captured (`netevent_capture_type_t`), by the number that programs are attached with. */
export const captureTypes = { all: 1, flow: 2, drop: 3, none: 4 } as const;
export type CaptureType = keyof typeof captureTypes;

const captured: Readonly<Record<number, readonly number[]>> = {
  1: [DROP_EVENT, FLOW_EVENT],
  2: [FLOW_EVENT],
  3: [DROP_EVENT],
};

/** Whether events of a type are captured while the last program was attached with `capture`. */
export function captures(capture: number, type: number): boolean {
  return captured[capture]?.includes(type) ?? false;
}

/**
 * Gives an event of PktMon (its header, then the packet) to every netevent program, in the order that they were
 * attached; results mean nothing. `data_meta` points to the header that says type and version, `data` to the packet
 * (ntosebpfext, netevent_ebpf_ext_event.c). `push` takes what programs push to user mode.
 */
export function runNetevent(kernel: Kernel, event: Uint8Array, push: () => void): HookRun[] {
  const attached = [...kernel.hooks.on(HOOK)];
  const [first] = attached;
  if (first === undefined) return [];
  const data = new Uint8Array(DATA_HEADER_BYTES + event.length);
  data[0] = event[0];
  new DataView(data.buffer).setUint16(2, HEADER_VERSION, true);
  data.set(event, DATA_HEADER_BYTES);
  const metadata = DATA_HEADER_BYTES + PKTMON_HEADER_BYTES;
  const { type } = first.program;
  kernel.context.fill(type, new Uint8Array(type.context?.size ?? 0), data, undefined, metadata);
  const invocation = { pushEvent: push, atDispatchLevel: true };
  return onBehalf(kernel, kernel.processes.own.current, invocation, () =>
    attached.map((each) => runAttached(kernel, HOOK, each)),
  );
}
