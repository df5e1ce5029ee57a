// npm run -s replay -- FOLDER [--runtime R] [--json]: replays recordings of ebpfapi calls and prints what differs.
import { resolve } from "node:path";
import { parseArgs } from "node:util";

const lib = process.env["WINBPF_LIB"] ?? resolve(import.meta.dirname, "..", "lib");
const { RecordingError, replay, simulatedTarget } = await import("../test/replay/index.mjs");

const usage = "usage: npm run -s replay -- FOLDER [--runtime R] [--json]";
const { values, positionals } = readArguments();
const [folder] = positionals;
if (folder === undefined || positionals.length > 1) {
  console.error(usage);
  process.exit(2);
}
if (values.runtime !== "simulated") {
  console.error(`winbpf: the ${values.runtime} runtime cannot be replayed on: this version has no native addon`);
  process.exit(2);
}

const { simulate } = await import(`${lib}/index.js`);
const { libbpf, WaitEvent } = await import(`${lib}/libbpf/index.js`);
let summary;
try {
  summary = await replay(resolve(folder), simulatedTarget({ simulate, libbpf, WaitEvent }));
} catch (error) {
  if (!(error instanceof RecordingError)) throw error;
  console.error(`winbpf: ${error.message}`);
  process.exit(2);
}
if (summary.scenarios === 0) {
  console.error(`winbpf: there are no recordings (.jsonl) in ${folder}`);
  process.exit(2);
}
if (values.json) {
  const { scenarios, calls, equal, different } = summary;
  console.log(JSON.stringify({ scenarios, calls, equal, different }));
} else {
  for (const { file, scenario, step, call, differences } of summary.different) {
    console.log(`${file} ${scenario} step ${step} ${call}`);
    for (const difference of differences) console.log(`  ${difference}`);
  }
  for (const [kind, { scenarios, held, steps, equal }] of Object.entries(summary.kinds)) {
    console.log(`${kind}: ${held} of ${scenarios} scenarios held, ${equal} of ${steps} calls equal`);
  }
  console.log(`${summary.scenarios} scenarios, ${summary.calls} calls, ${summary.equal} equal`);
}
process.exitCode = summary.different.length === 0 ? 0 : 1;

function readArguments() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: { runtime: { type: "string", default: "simulated" }, json: { type: "boolean", default: false } },
    });
  } catch (error) {
    console.error(`winbpf: ${error instanceof Error ? error.message : error}\n${usage}`);
    process.exit(2);
  }
}
