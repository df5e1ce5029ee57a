import { setImmediate } from "node:timers/promises";
import { EbpfError } from "../errors.ts";
import type { Capture } from "../net/index.ts";
import type { Progress } from "../report/index.ts";
import type { SimulatedRuntime } from "../runtime/index.ts";
import { XdpAction } from "../simulated/index.ts";
import { ExitCode } from "./exit-code.ts";
import { Failure } from "./failure.ts";
import type { PacketSink } from "./packet-sink.ts";

/** Milliseconds after which other events get their turn: Ctrl-C among them. */
const TURN = 10;

/** Packets between two looks at the time, at most; slow programs are looked after at each. */
const MAX_STRIDE = 64;

/** Milliseconds between two looks at the time that call for longer strides. */
const QUICK = 1;

export interface ReplayOptions {
  readonly file: string;
  readonly ifIndex: number;
  /** How many packets at most. */
  readonly limit: number;
  readonly sink: PacketSink | undefined;
  readonly interruption: AbortSignal;
  readonly onProgress: (progress: Progress) => void;
}

export interface ReplayResult {
  readonly packets: number;
  /** Of the packets as they came in. */
  readonly bytes: number;
  readonly verdicts: ReadonlyMap<number, number>;
  readonly seconds: number;
  /** Packets of which the capture had only the beginning. */
  readonly cutShort: number;
  readonly interrupted: boolean;
}

const SURVIVORS: readonly number[] = [XdpAction.PASS, XdpAction.TX];

const packetFailure = (error: unknown, file: string, packet: number): unknown => {
  if (!(error instanceof EbpfError)) return error;
  // A frame that no interface could carry is the capture's fault, everything else the program's.
  const code = error.code === "EBPF_INVALID_ARGUMENT" ? ExitCode.USAGE : ExitCode.REFUSED;
  return new Failure(error, `${file}: packet ${packet}`, code);
};

/**
 * Lets every packet of a capture arrive on an interface, in the capture's own time, and counts what became of it.
 * Throws a `Failure` that names the packet where a program faults.
 */
export async function replay(
  runtime: SimulatedRuntime,
  capture: Capture,
  options: ReplayOptions,
): Promise<ReplayResult> {
  const { file, ifIndex, sink, interruption } = options;
  const total = Math.min(options.limit, capture.packets);
  const verdicts = new Map<number, number>();
  const start = performance.now();
  let lastTurn = start;
  let lastLook = start;
  let stride = 1;
  let nextLook = 1;
  let lastTime: bigint | undefined;
  let packets = 0;
  let bytes = 0;
  let cutShort = 0;
  for (const packet of capture) {
    if (packets >= total || interruption.aborted) break;
    const { timestamp, data } = packet;
    if (lastTime !== undefined && timestamp > lastTime) runtime.clock.advance(timestamp - lastTime);
    if (lastTime === undefined || timestamp > lastTime) lastTime = timestamp;
    packets++;
    try {
      const { action, frame } = runtime.network.receive(ifIndex, data);
      verdicts.set(action, (verdicts.get(action) ?? 0) + 1);
      if (sink !== undefined && SURVIVORS.includes(action)) await sink.add(packet, frame);
    } catch (error) {
      throw packetFailure(error, file, packets);
    }
    bytes += data.length;
    if (packet.originalLength > data.length) cutShort++;
    if (packets < nextLook) continue;
    const now = performance.now();
    stride = now - lastLook < QUICK ? Math.min(MAX_STRIDE, 2 * stride) : 1;
    nextLook = packets + stride;
    lastLook = now;
    if (now - lastTurn < TURN) continue;
    options.onProgress({ done: packets / total, packets, seconds: (now - start) / 1000 });
    await setImmediate();
    lastTurn = performance.now();
  }
  // Microseconds: what lies beyond them is noise.
  const seconds = Math.round((performance.now() - start) * 1000) / 1e6;
  return { packets, bytes, verdicts, seconds, cutShort, interrupted: interruption.aborted };
}
