import { MessageChannel, type MessagePort, receiveMessageOnPort, Worker } from "node:worker_threads";
import { EbpfError } from "../../errors.ts";
import { aborted, LoopTurns, unhurried, type Work } from "../../turns/index.ts";
import { Assembly, type Piece } from "./pieces.ts";
import { WORKER } from "./worker-file.ts";

/**
 * Megabytes for what is new, of 48 by V8's own choice: over PREVAIL's corpus a quarter less of the process' memory, for a
 * tenth more of processor time at most.
 */
const YOUNG = 8;

/** A thread died before it answered: out of memory, most likely. */
function lost(cause: Error): EbpfError {
  const hint = "Verify with a smaller budget of bytes, fewer programs at a time, or in your own thread (`threads: 0`).";
  return new EbpfError("EBPF_NO_MEMORY", `a thread that verifies programs ended: ${cause.message}`, { cause, hint });
}

/** One thread, doing one thing at a time. Keeps the process alive only while it does something. */
export class Thread {
  readonly #worker: Worker;
  /** Nobody listens here: pieces are fetched when there is a turn for them. */
  readonly #pieces: MessagePort;
  #loss: EbpfError | undefined;
  #wake: () => void = () => undefined;

  /** Throws where the process must not, or cannot, start threads. */
  constructor() {
    const { port1, port2 } = new MessageChannel();
    this.#pieces = port1;
    this.#worker = new Worker(WORKER, {
      name: "winbpf",
      workerData: port2,
      transferList: [port2],
      // What the process loads beforehand, or is told by its environment, is nothing to this thread.
      execArgv: [],
      env: {},
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG },
    });
    this.#worker.on("message", () => this.#wake());
    this.#worker.on("error", (error) => this.#lose(error));
    this.#worker.on("exit", (code) => this.#lose(new Error(`it ended with exit code ${code}`)));
    this.#worker.unref();
  }

  get hasEnded(): boolean {
    return this.#loss !== undefined;
  }

  /**
   * What the thread answers to what the pieces are of. Where this throws, the thread is to be ended.
   *
   * @throws EbpfError `EBPF_ABORTED`, `EBPF_NO_MEMORY`
   */
  async ask(pieces: readonly Piece[], signal: AbortSignal | undefined): Promise<unknown> {
    const turns = new LoopTurns(signal);
    this.#worker.ref();
    try {
      await unhurried(this.#send(pieces), turns);
      this.#worker.postMessage(undefined);
      await this.#answered(signal);
      return await unhurried(this.#fetch(), turns);
    } finally {
      this.#worker.unref();
    }
  }

  /** Stops what it does, wherever it is. */
  async end(): Promise<void> {
    this.#pieces.close();
    await this.#worker.terminate();
  }

  #lose(cause: Error): void {
    this.#loss ??= lost(cause);
    this.#wake();
  }

  *#send(pieces: readonly Piece[]): Work<void> {
    for (const piece of pieces) {
      this.#pieces.postMessage(piece);
      yield;
    }
  }

  async #answered(signal: AbortSignal | undefined): Promise<void> {
    const woken = new Promise<void>((resolve) => {
      this.#wake = resolve;
    });
    const wake = (): void => this.#wake();
    signal?.addEventListener("abort", wake, { once: true });
    if (this.#loss === undefined && signal?.aborted !== true) await woken;
    signal?.removeEventListener("abort", wake);
    if (signal?.aborted === true) throw aborted(signal);
    if (this.#loss !== undefined) throw this.#loss;
  }

  *#fetch(): Work<unknown> {
    const assembly = new Assembly();
    for (;;) {
      const next: { message: Piece } | undefined = receiveMessageOnPort(this.#pieces);
      if (next === undefined) return assembly.whole;
      assembly.add(next.message);
      yield;
    }
  }
}
