import { type FileHandle, open, stat } from "node:fs/promises";
import { EbpfError } from "../errors.ts";
import { CaptureWriter, type SplitTime } from "../net/index.ts";
import type { PacketBatch } from "../simulated/index.ts";
import { ExitCode } from "./exit-code.ts";
import { Failure, UsageError } from "./failure.ts";
import { fileFailure } from "./read-file.ts";

const identity = async (path: string): Promise<string | undefined> => {
  try {
    const { dev, ino } = await stat(path, { bigint: true });
    return `${dev}:${ino}`;
  } catch {
    return undefined;
  }
};

/** A pcap file that packets are written to. Throws `Failure`s with exit code 2 that name the file. */
export class PacketSink {
  readonly #path: string;
  readonly #file: FileHandle;
  readonly #writer = new CaptureWriter();
  /** What is being written, and what comes of it if it cannot be. */
  #writing: Promise<{ readonly error: unknown } | undefined> | undefined;

  private constructor(path: string, file: FileHandle) {
    this.#path = path;
    this.#file = file;
  }

  /** Creates the file, or empties it; refuses (`UsageError`) to empty one of `inputs`. */
  static async create(path: string, inputs: readonly string[]): Promise<PacketSink> {
    const own = await identity(path);
    for (const input of inputs) {
      if (own !== undefined && own === (await identity(input))) throw new UsageError(`--out would overwrite ${input}`);
    }
    try {
      return new PacketSink(path, await open(path, "w"));
    } catch (error) {
      throw fileFailure(path, "written", error);
    }
  }

  /** Adds what became of packet `index` of a batch, which came at `time`; `missing` are the bytes that its capture cut off. */
  add(batch: PacketBatch, index: number, time: SplitTime, missing: number): void {
    const length = batch.frameLength(index);
    let at: number;
    try {
      at = this.#writer.reserve(length, time, length + missing);
    } catch (error) {
      if (error instanceof EbpfError) throw new Failure(error, this.#path, ExitCode.USAGE);
      throw error;
    }
    batch.copy(index, this.#writer.view, at);
  }

  /** Writes the rest and closes the file. */
  async close(): Promise<void> {
    try {
      await this.flush();
      await this.#settle();
    } finally {
      await this.#file.close();
    }
  }

  /** Has what was added written while the caller goes on; says of the time before whether it could be. */
  async flush(): Promise<void> {
    await this.#settle();
    const pieces = this.#writer.drain();
    if (pieces.length > 0) this.#writing = this.#write(pieces).catch((error: unknown) => ({ error }));
  }

  async #settle(): Promise<void> {
    const failed = await this.#writing;
    this.#writing = undefined;
    if (failed !== undefined) throw fileFailure(this.#path, "written", failed.error);
  }

  async #write(pieces: Uint8Array[]): Promise<undefined> {
    for (const piece of pieces) await this.#file.writeFile(piece);
    this.#writer.reuse(pieces);
  }
}
