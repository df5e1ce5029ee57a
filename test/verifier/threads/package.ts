import { spawnSync } from "node:child_process";
import { copyFileSync, cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const root = resolve(import.meta.dirname, "../../..");
export const PROGRAMS = join(root, "test/programs");

export interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** The compiled package in a folder of its own: from the sources nothing runs in threads. */
export class CompiledPackage {
  readonly #folder = mkdtempSync(join(tmpdir(), "winbpf-threads-"));
  #scripts = 0;

  constructor() {
    spawnSync(process.execPath, [join(root, "scripts/bundle.mjs"), join(this.#folder, "lib")]);
    copyFileSync(join(root, "package.json"), join(this.#folder, "package.json"));
  }

  /** Its threads run this instead. */
  withWorker(code: string): string {
    const lib = `lib${this.#scripts++}`;
    cpSync(join(this.#folder, "lib"), join(this.#folder, lib), { recursive: true });
    writeFileSync(join(this.#folder, lib, "verifier/verifier-thread.js"), code);
    return lib;
  }

  /** A file beside the scripts. */
  file(name: string, content: string | Uint8Array): string {
    const path = join(this.#folder, name);
    writeFileSync(path, content);
    return path;
  }

  /** What a script begins with: the package, programs, and how to say something. */
  prelude(lib = "lib"): string {
    const door = (path: string): string => JSON.stringify(new URL(`file://${join(this.#folder, lib, path)}`).href);
    return `
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { isDeepStrictEqual } from "node:util";
const { EbpfError, parse, simulate, verify, verifyAll } = await import(${door("index.js")});
const { judge } = await import(${door("verifier/index.js")});
const base = parse(readFileSync(${JSON.stringify(join(PROGRAMS, "count_ports.o"))}));
const [small] = base.programs;
const object = { ...base, programs: Array.from({ length: 6 }, (_, i) => ({ ...small, name: "p" + i })) };
const withCode = (code) => ({ ...small, code: new Uint8Array(code), references: [], functions: [], lines: [] });
const say = (value) => console.log(JSON.stringify(value));
const threads = [];
process.on("worker", (worker) => threads.push(worker));
`;
  }

  /** Runs a script as a process of its own; one that hangs has no status. */
  run(script: string, lib = "lib"): Ended {
    const file = this.file(`script${this.#scripts++}.mjs`, this.prelude(lib) + script);
    const { status, stdout, stderr } = spawnSync(process.execPath, [file], { encoding: "utf8", timeout: 120_000 });
    return { status, stdout: stdout.trim(), stderr };
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true });
  }
}
