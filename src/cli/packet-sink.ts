import { type FileHandle, open, stat } from "node:fs/promises";
import { EbpfError } from "../errors.ts";
import { CaptureWriter, type SplitTime } from "../net/index.ts";
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

  /** Adds what became of a packet that came at `time`; `missing` are the bytes that its capture cut off. */
  add(frame: Uint8Array, time: SplitTime, missing: number): void {
    try {
      this.#writer.writeAt(frame, time, frame.length + missing);
    } catch (error) {
      if (error instanceof EbpfError) throw new Failure(error, this.#path, ExitCode.USAGE);
      throw error;
    }
  }

  /** Writes the rest and closes the file. */
  async close(): Promise<void> {
    try {
      await this.flush();
    } finally {
      await this.#file.close();
    }
  }

  /** Writes what was added. */
  async flush(): Promise<void> {
    try {
      for (const piece of this.#writer.drain()) await this.#file.writeFile(piece);
    } catch (error) {
      throw fileFailure(this.#path, "written", error);
    }
  }
}
