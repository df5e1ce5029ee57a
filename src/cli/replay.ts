import { EbpfError } from "../errors.ts";
import { CaptureReader } from "../net/index.ts";
import type { Progress } from "../report/index.ts";
import type { SimulatedRuntime } from "../runtime/index.ts";
import { Slices, XdpAction } from "../simulated/index.ts";
import { Arrivals } from "./arrivals.ts";
import type { EthernetCapture } from "./capture.ts";
import { ExitCode } from "./exit-code.ts";
import { Failure } from "./failure.ts";
import type { PacketSink } from "./packet-sink.ts";
import { Verdicts } from "./verdicts.ts";

/** Packets that run in one go, and bytes of the capture: a window of it. */
const BATCH = { packets: 1 << 14, bytes: CaptureReader.WINDOW };

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

const packetFailure = (error: unknown, file: string, packet: number): unknown => {
  if (!(error instanceof EbpfError)) return error;
  // A frame that no interface could carry is the capture's fault, everything else the program's.
  const code = error.code === "EBPF_INVALID_ARGUMENT" ? ExitCode.USAGE : ExitCode.REFUSED;
  return new Failure(error, `${file}: packet ${packet}`, code);
};

/** One replay, batch by batch. */
class Replay {
  readonly #options: ReplayOptions;
  readonly #arrivals: Arrivals;
  readonly #verdicts = new Verdicts();
  readonly #slices = new Slices();
  readonly #start = performance.now();
  readonly #total: number;
  packets = 0;
  #bytes = 0;
  #cutShort = 0;

  constructor(runtime: SimulatedRuntime, total: number, options: ReplayOptions) {
    this.#options = options;
    this.#total = total;
    this.#arrivals = new Arrivals(runtime.network.batch(BATCH));
  }

  async run(reader: CaptureReader): Promise<void> {
    try {
      while (!this.#isOver() && (await reader.load())) {
        while (!this.#isOver() && this.#arrivals.fill(reader, this.#total - this.packets)) await this.#receive();
      }
    } finally {
      this.#arrivals.batch.close();
    }
  }

  result(): ReplayResult {
    return {
      packets: this.packets,
      bytes: this.#bytes,
      verdicts: this.#verdicts.counts(),
      // Microseconds: what lies beyond them is noise.
      seconds: Math.round((performance.now() - this.#start) * 1000) / 1e6,
      cutShort: this.#cutShort,
      interrupted: this.#options.interruption.aborted,
    };
  }

  #isOver(): boolean {
    return this.packets >= this.#total || this.#options.interruption.aborted;
  }

  async #receive(): Promise<void> {
    const { batch, refused } = this.#arrivals;
    const { file, sink, onProgress } = this.#options;
    for (let from = 0; from < batch.length && !this.#isOver(); ) {
      this.#slices.run(batch.length - from, (count) => this.#receiveSome(from, from + count));
      from = batch.received;
      if (!this.#slices.isTurn) continue;
      const seconds = (performance.now() - this.#start) / 1000;
      onProgress({ done: this.packets / this.#total, packets: this.packets, seconds });
      await this.#slices.turn();
    }
    await sink?.flush();
    if (refused !== undefined && !this.#isOver()) throw packetFailure(refused, file, this.packets + 1);
  }

  #receiveSome(from: number, to: number): void {
    const { batch } = this.#arrivals;
    const { file, ifIndex } = this.#options;
    try {
      batch.receive(ifIndex, from, to);
    } catch (error) {
      this.#count(from, batch.received);
      throw packetFailure(error, file, this.packets + 1);
    }
    this.#count(from, to);
  }

  /** Takes in what became of packets that have run. */
  #count(from: number, to: number): void {
    const { batch, captured, missing } = this.#arrivals;
    const { sink } = this.#options;
    for (let index = from; index < to; index++) {
      const action = batch.action(index);
      this.#verdicts.add(action);
      this.#bytes += captured[index];
      if (missing[index] > 0) this.#cutShort++;
      if (sink !== undefined && (action === XdpAction.PASS || action === XdpAction.TX)) {
        sink.add(batch, index, this.#arrivals.timeOf(index), missing[index]);
      }
    }
    this.packets += to - from;
  }
}

/**
 * Lets every packet of a capture arrive on an interface, in the capture's own time, and counts what became of it.
 * Throws a `Failure` that names the packet where a program faults.
 */
export async function replay(
  runtime: SimulatedRuntime,
  capture: EthernetCapture,
  options: ReplayOptions,
): Promise<ReplayResult> {
  const run = new Replay(runtime, Math.min(options.limit, capture.packets), options);
  await run.run(await CaptureReader.open(capture.source));
  return run.result();
}
