import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "vitest";
import { main } from "../../src/cli/command-line.ts";
import type { Io } from "../../src/cli/io.ts";
import { CaptureWriter, type CaptureWriterOptions } from "../../src/net/index.ts";
import { CODE_FLAGS, code, writeElf } from "../elf/elf-writer.ts";

/** A section, the function in it, and its slots as `code` takes them. */
export type Function = readonly [section: string, name: string, slots: readonly string[]];

export const EXIT = "9500000000000000";
/** r0 = verdict; exit */
export const returning = (verdict: number): string[] => [
  `b7000000${verdict.toString(16).padStart(2, "0")}000000`,
  EXIT,
];

/** A frame of `length` bytes that begins with `first`. */
export const frame = (length: number, first = 0): Uint8Array => new Uint8Array(length).fill(first, 0, 1);

export interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A folder of its own for the files of one test file, and the command line as a function. */
export class Workbench {
  readonly folder = mkdtempSync(join(tmpdir(), "winbpf-cli-"));

  constructor() {
    afterAll(() => rmSync(this.folder, { recursive: true }));
  }

  path(name: string): string {
    return join(this.folder, name);
  }

  file(name: string, content: Uint8Array | string): string {
    writeFileSync(this.path(name), content);
    return this.path(name);
  }

  /** An object file of these functions, each in a section of its own. */
  object(name: string, ...functions: readonly Function[]): string {
    const sections = functions.map(([section, , slots]) => ({
      name: section,
      flags: CODE_FLAGS,
      bytes: code(...slots),
    }));
    const symbols = functions.map(([section, symbol]) => ({ name: symbol, section }));
    return this.file(name, writeElf({ sections, symbols }));
  }

  /** A capture of these frames, a millisecond apart. */
  capture(name: string, frames: readonly Uint8Array[], options: CaptureWriterOptions = {}): string {
    const writer = new CaptureWriter(options);
    for (const [index, data] of frames.entries())
      writer.write(data, 1_700_000_000_000_000_000n + 1_000_000n * BigInt(index));
    return this.file(name, Buffer.concat(writer.drain()));
  }

  async run(...argv: readonly string[]): Promise<Outcome> {
    return this.runWith({}, ...argv);
  }

  /** `interruption` stands for Ctrl-C, `terminal` makes stderr one. */
  async runWith(
    { interruption, terminal = false }: { readonly interruption?: AbortSignal; readonly terminal?: boolean },
    ...argv: readonly string[]
  ): Promise<Outcome> {
    let stdout = "";
    let stderr = "";
    const io: Io = {
      stdout: { write: (text) => (stdout += text) },
      stderr: { write: (text) => (stderr += text), isTTY: terminal, columns: 100 },
      drained: async () => undefined,
      interruption: () => interruption ?? new AbortController().signal,
    };
    return { code: await main(argv, io), stdout, stderr };
  }
}
