// npm run -s replay -- FOLDER [--runtime R] [--json]: replays recordings of ebpfapi calls and prints what differs.
// R is `simulated`, or `windows`: the ebpfapi.dll of this machine, on another system than Windows the one that
// `npm run wine` uses (--dll PATH). That one is replayed by processes that this one starts (--journal FILE [--only AT]).
import { spawnSync } from "node:child_process";
import { join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { parseArgs } from "node:util";

const lib = process.env["WINBPF_LIB"] ?? resolve(import.meta.dirname, "..", "lib");
const { journalWatch, nativeTarget, printSummary, RecordingError, replay, replayInProcesses, simulatedTarget } =
  await import("../test/replay/index.mjs");

const usage = "usage: npm run -s replay -- FOLDER [--runtime simulated|windows] [--dll PATH] [--json]";
const { values, positionals } = readArguments();
const [folder] = positionals;
if (folder === undefined || positionals.length > 1) {
  console.error(usage);
  process.exit(2);
}
if (values.runtime !== "simulated" && values.runtime !== "windows") {
  console.error(`winbpf: recordings are not replayed on the runtime ${JSON.stringify(values.runtime)}\n${usage}`);
  process.exit(2);
}
if (values.runtime === "windows" && process.platform !== "win32") {
  const wine = [join(import.meta.dirname, "wine.mjs"), "--replay", resolve(folder)];
  if (values.dll !== undefined) wine.push("--dll", values.dll);
  if (values.json) wine.push("--json");
  process.exit(spawnSync(process.execPath, wine, { stdio: "inherit" }).status ?? 1);
}

const { EbpfError, openRuntime, simulate } = await import(pathToFileURL(join(lib, "index.js")).href);
const { libbpf, WaitEvent } = await import(pathToFileURL(join(lib, "libbpf", "index.js")).href);
const { journal, only } = values;
let summary;
try {
  if (values.runtime === "simulated") {
    summary = await replay(resolve(folder), simulatedTarget({ simulate, libbpf, WaitEvent }));
  } else if (journal === undefined) {
    // Says at once why there is nothing to replay on.
    openRuntime("windows").close();
    summary = await replayInProcesses(resolve(folder), startAgain, (line) => console.error(`winbpf: ${line}`));
  } else {
    const watch = journalWatch(journal, only === undefined ? undefined : Number(only));
    await replay(resolve(folder), nativeTarget({ openRuntime, libbpf, WaitEvent }, "windows"), watch);
    process.exit();
  }
} catch (error) {
  if (!(error instanceof RecordingError || error instanceof EbpfError)) throw error;
  console.error(`winbpf: ${error.message}`);
  process.exit(2);
}
if (summary.scenarios === 0) {
  console.error(`winbpf: there are no recordings (.jsonl) in ${folder}`);
  process.exit(2);
}
printSummary(summary, values.json);
process.exitCode = summary.different.length === 0 ? 0 : 1;

async function startAgain(options) {
  const args = ["--journal", options.journal, ...(options.only === undefined ? [] : ["--only", `${options.only}`])];
  const script = fileURLToPath(import.meta.url);
  spawnSync(process.execPath, [script, folder, "--runtime", "windows", ...args], { stdio: ["ignore", 2, 2] });
}

function readArguments() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: {
        runtime: { type: "string", default: "simulated" },
        dll: { type: "string" },
        json: { type: "boolean", default: false },
        journal: { type: "string" },
        only: { type: "string" },
      },
    });
  } catch (error) {
    console.error(`winbpf: ${error instanceof Error ? error.message : error}\n${usage}`);
    process.exit(2);
  }
}
