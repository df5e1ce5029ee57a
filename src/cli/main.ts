#!/usr/bin/env node
import nodeModule from "node:module";
import { setFlagsFromString } from "node:v8";
import { main } from "./command-line.ts";
import { ExitCode } from "./exit-code.ts";
import type { Io } from "./io.ts";

// A verification leaves much behind that has just become old. By its own rule V8 lets that grow to about four times what
// is alive before it looks; the process is ours, so it looks earlier.
setFlagsFromString("--heap-growing-percent=50");

// V8 11, that of Node.js 20, optimises a function as soon as it has run for a tenth of a millisecond, which for most of a
// verification is never earned back: `winbpf verify` takes a fifth less if it waits eight times as long. Later versions
// have a compiler for the time between, and no such flag.
if (process.versions.v8.startsWith("11.")) setFlagsFromString("--interrupt-budget=540672");

// From version 22.1 on Node.js can keep what it has compiled from one run to the next: a third of a short run is loading.
if ("enableCompileCache" in nodeModule && typeof nodeModule.enableCompileCache === "function") {
  nodeModule.enableCompileCache();
}

const interruption = (): AbortSignal => {
  const controller = new AbortController();
  // Once: a second Ctrl-C ends the process at once.
  process.once("SIGINT", () => controller.abort());
  return controller.signal;
};

// An empty text is written when those before it are; what fails is told to the listener below.
const drained = () => new Promise<void>((resolve) => process.stdout.write("", () => resolve()));

const io: Io = { stdout: process.stdout, stderr: process.stderr, drained, interruption };

process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  // A reader that has seen enough (`| head`) is no error, and nobody is left to tell.
  if (error.code === "EPIPE") process.exit();
  process.stderr.write(`winbpf: the output cannot be written: ${error.message}\n`);
  process.exit(ExitCode.USAGE);
});

// Not process.exit(): on Windows, output to a pipe may still be on its way.
process.exitCode = await main(process.argv.slice(2), io);
