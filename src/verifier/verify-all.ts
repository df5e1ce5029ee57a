import { existsSync } from "node:fs";
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import type { Worker } from "node:worker_threads";
import { assertSignal } from "../arguments.ts";
import { EbpfError } from "../errors.ts";
import type { ObjectSpec, ProgramSpec } from "../spec/index.ts";
import type { VerifyOptions } from "./options.ts";
import type { Report } from "./report/index.ts";
import { verify } from "./verify.ts";
import type { WorkerAnswer, WorkerSetup, WorkerTask } from "./worker-messages.ts";

export interface VerifyAllOptions extends VerifyOptions {
  /** Threads that verify at a time: one for each processor if absent, none for 0. */
  readonly threads?: number;
}

/** The thread's code; only the compiled package has it, so that the sources run without threads. */
const WORKER = fileURLToPath(new URL("./worker.js", import.meta.url));

function failure({ code, message }: Extract<WorkerAnswer, { message: string }>): Error {
  return code === undefined ? new Error(message) : new EbpfError(code, message);
}

/** A thread died before it answered: out of memory, most likely. */
function lost(cause: Error): EbpfError {
  const hint = "verify the programs one after another (threads: 0), or with a smaller budget of bytes";
  return new EbpfError("EBPF_NO_MEMORY", `a thread that verifies programs ended: ${cause.message}`, { cause, hint });
}

/** Hands programs to threads, one each at a time, until all are answered. */
class Pool {
  readonly #reports: Report[] = [];
  readonly #workers: Worker[] = [];
  #forget: () => void = () => undefined;
  #next = 0;
  #open: number;
  readonly #programs: readonly ProgramSpec[];
  readonly #start: () => Worker;

  constructor(programs: readonly ProgramSpec[], start: () => Worker) {
    this.#programs = programs;
    this.#start = start;
    this.#open = programs.length;
  }

  run(threads: number, signal: AbortSignal | undefined): Promise<readonly Report[]> {
    return new Promise((resolve, reject) => {
      const aborted = (): void =>
        reject(new EbpfError("EBPF_ABORTED", "the verification was aborted", { cause: signal?.reason }));
      signal?.addEventListener("abort", aborted, { once: true });
      for (let thread = 0; thread < threads; thread++) {
        const worker = this.#start();
        this.#workers.push(worker);
        worker.on("error", (error) => reject(lost(error)));
        worker.on("exit", (code) => reject(lost(new Error(`it ended with exit code ${code}`))));
        worker.on("message", (answer: WorkerAnswer) => {
          if ("code" in answer) reject(failure(answer));
          else if (this.#take(answer.index, answer.report)) resolve(this.#reports);
          else this.#give(worker);
        });
        this.#give(worker);
      }
      if (signal?.aborted === true) aborted();
      this.#forget = () => signal?.removeEventListener("abort", aborted);
    });
  }

  #take(index: number, report: Report): boolean {
    this.#reports[index] = report;
    this.#open--;
    return this.#open === 0;
  }

  #give(worker: Worker): void {
    const index = this.#next;
    const program = this.#programs[index];
    if (program === undefined) return;
    this.#next++;
    worker.postMessage({ index, program } satisfies WorkerTask);
  }

  async close(): Promise<void> {
    this.#forget();
    await Promise.all(this.#workers.map((worker) => worker.terminate()));
  }
}

async function oneAfterAnother(object: ObjectSpec, options: VerifyOptions): Promise<Report[]> {
  const reports: Report[] = [];
  for (const program of object.programs) reports.push(await verify(object, program, options));
  return reports;
}

/**
 * Verifies every program of an object, several at a time on threads of their own. Reports come in the order of
 * `object.programs`.
 *
 * @throws EbpfError as `verify`.
 */
export async function verifyAll(object: ObjectSpec, options: VerifyAllOptions = {}): Promise<readonly Report[]> {
  const { threads = availableParallelism(), signal, ...rest } = options;
  assertSignal(signal);
  const count = Math.min(threads, object.programs.length);
  if (count < 2 || !existsSync(WORKER)) return await oneAfterAnother(object, options);
  // Most objects have few programs, and most processes no use for threads.
  const { Worker } = await import("node:worker_threads");
  const bare: ObjectSpec = { ...object, programs: [], subprograms: [], btf: undefined };
  const workerData: WorkerSetup = { object: bare, options: rest };
  const pool = new Pool(object.programs, () => new Worker(WORKER, { workerData }));
  try {
    return await pool.run(count, signal);
  } finally {
    await pool.close();
  }
}
