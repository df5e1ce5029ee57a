// npm run -s replay -- FOLDER [--runtime R] [--json]: replays recordings of ebpfapi calls and prints what differs.
// R is `simulated`, or `windows`: the ebpfapi.dll of this machine, on another system than Windows the one that
// `npm run wine` uses (--dll PATH).
import { spawnSync } from "node:child_process";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";

const lib = process.env["WINBPF_LIB"] ?? resolve(import.meta.dirname, "..", "lib");
const { nativeTarget, RecordingError, replay, simulatedTarget } = await import("../test/replay/index.mjs");

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
let summary;
try {
  const target =
    values.runtime === "windows"
      ? nativeTarget({ openRuntime, libbpf, WaitEvent }, "windows")
      : simulatedTarget({ simulate, libbpf, WaitEvent });
  summary = await replay(resolve(folder), target);
} catch (error) {
  if (!(error instanceof RecordingError || error instanceof EbpfError)) throw error;
  console.error(`winbpf: ${error.message}`);
  process.exit(2);
}
if (summary.scenarios === 0) {
  console.error(`winbpf: there are no recordings (.jsonl) in ${folder}`);
  process.exit(2);
}
if (values.json) {
  const { scenarios, calls, equal, left, different } = summary;
  console.log(JSON.stringify({ scenarios, calls, equal, ...(left > 0 ? { left } : {}), different }));
} else {
  for (const { file, scenario, step, call, differences } of summary.different) {
    console.log(`${file} ${scenario} step ${step} ${call}`);
    for (const difference of differences) console.log(`  ${difference}`);
  }
  for (const [kind, { scenarios, held, steps, equal }] of Object.entries(summary.kinds)) {
    console.log(`${kind}: ${held} of ${scenarios} scenarios held, ${equal} of ${steps} calls equal`);
  }
  const left = summary.left > 0 ? `, ${summary.left} left out: nobody but the system lets hooks fire` : "";
  console.log(`${summary.scenarios} scenarios, ${summary.calls} calls, ${summary.equal} equal${left}`);
}
process.exitCode = summary.different.length === 0 ? 0 : 1;

function readArguments() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: {
        runtime: { type: "string", default: "simulated" },
        dll: { type: "string" },
        json: { type: "boolean", default: false },
      },
    });
  } catch (error) {
    console.error(`winbpf: ${error instanceof Error ? error.message : error}\n${usage}`);
    process.exit(2);
  }
}
