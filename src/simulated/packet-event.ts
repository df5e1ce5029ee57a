import { EbpfError } from "../errors.ts";
import { captures, DROP_EVENT, FLOW_EVENT, PKTMON_HEADER_BYTES, runNetevent } from "./hooks/netevent.ts";
import type { HookRun } from "./hooks/run.ts";
import type { Kernel } from "./kernel.ts";

/** An event of the packet monitor (PktMon): a packet was dropped, or passed. */
export interface PacketEvent {
  readonly type: "drop" | "flow";
  /** The packet, or as much of it as was logged. */
  readonly packet: Uint8Array;
  /** Bytes that the packet had: `packet.length` unless given. */
  readonly originalLength?: number;
  /** Why it was dropped: PktMon's number, 0 unless given. */
  readonly dropReason?: number;
  /** Where it was dropped: PktMon's number, 0 unless given. */
  readonly dropLocation?: number;
  /** Component of the network stack that reports: 0 unless given. */
  readonly componentId?: number;
}

/** What became of an event of the packet monitor. */
export interface PacketEventOutcome {
  /** Whether it was captured: what programs were last attached for decides. */
  readonly captured: boolean;
  /** Every program that ran, in order. */
  readonly runs: readonly HookRun[];
  /** Events that programs handed on with `bpf_netevent_push_event`, PktMon's header first. Copies. */
  readonly pushed: readonly Uint8Array[];
}

/**
 * PKTMON_EVT_STREAM_PACKET_HEADER, packed: the event's number, then the packet's descriptor, then its metadata
 * (learn.microsoft.com, PACKETMONITOR_STREAM_METADATA).
 */
const at = {
  originalLength: 1,
  loggedLength: 5,
  metadataLength: 9,
  groupId: 13,
  packetCount: 21,
  appearances: 23,
  componentId: 29,
  dropReason: 35,
  dropLocation: 39,
  cpu: 43,
  time: 45,
} as const;
const METADATA_BYTES = 40;
/** With its headers an event's data must not be longer than what a verifier takes packets for. */
const LONGEST_PACKET = 65_535 - PKTMON_HEADER_BYTES - 4;

/** Lets PktMon report `event` to netevent programs, if it is of a type that is captured. */
export function reportPacket(kernel: Kernel, event: PacketEvent, group: bigint): PacketEventOutcome {
  const number = { drop: DROP_EVENT, flow: FLOW_EVENT }[event.type];
  if (number === undefined || event.packet.length > LONGEST_PACKET) {
    throw new EbpfError("EBPF_INVALID_ARGUMENT", "This is no event of the packet monitor", {
      hint: `Its type is "drop" or "flow", and its packet has at most ${LONGEST_PACKET} bytes.`,
    });
  }
  if (!captures(kernel.hooks.capture, number)) return { captured: false, runs: [], pushed: [] };
  const bytes = new Uint8Array(PKTMON_HEADER_BYTES + event.packet.length);
  const view = new DataView(bytes.buffer);
  bytes[0] = number;
  view.setUint32(at.originalLength, event.originalLength ?? event.packet.length, true);
  view.setUint32(at.loggedLength, event.packet.length, true);
  view.setUint32(at.metadataLength, METADATA_BYTES, true);
  view.setBigUint64(at.groupId, group, true);
  view.setUint16(at.packetCount, 1, true);
  view.setUint16(at.appearances, 1, true);
  view.setUint16(at.componentId, event.componentId ?? 0, true);
  view.setUint32(at.dropReason, event.dropReason ?? 0, true);
  view.setUint32(at.dropLocation, event.dropLocation ?? 0, true);
  view.setUint16(at.cpu, kernel.cpu, true);
  view.setBigUint64(at.time, kernel.clock.fileTime, true);
  bytes.set(event.packet, PKTMON_HEADER_BYTES);
  const pushed: Uint8Array[] = [];
  const runs = runNetevent(kernel, bytes, () => pushed.push(bytes.slice()));
  return { captured: true, runs, pushed };
}
