// npm run bench [-- NAME…] [--quick] [--json]: measures, each beside a peer on the same machine in the same run.
const benches = {
  vm: async (options) => (await import("./vm.mjs")).vmBench(options),
  kernel: async (options) => (await import("./kernel.mjs")).kernelBench(options),
  replay: async (options) => (await import("./replay.mjs")).replayBench(options),
  verify: async (options) => (await import("./verify.mjs")).verifyBench(options),
  native: async (options) => (await import("./native.mjs")).nativeBench(options),
};

const args = process.argv.slice(2);
const names = args.filter((arg) => !arg.startsWith("--"));
const unknown = [
  ...names.filter((name) => !Object.hasOwn(benches, name)),
  ...args.filter((arg) => arg.startsWith("--") && !["--quick", "--json"].includes(arg)),
];
if (unknown.length > 0) {
  console.error(`bench: no ${unknown.join(", ")}; there are ${Object.keys(benches).join(", ")}, --quick and --json`);
  process.exit(2);
}

/** Rows `{ name, nanoseconds, unit?, peer?, peerNanoseconds?, ratio? }` by bench. */
const results = {};
for (const name of names.length > 0 ? names : Object.keys(benches)) {
  results[name] = await benches[name]({ quick: args.includes("--quick") });
  if (!args.includes("--json")) print(name, results[name]);
}
if (args.includes("--json")) {
  const [only, ...others] = Object.values(results);
  const isWhole = others.length === 0 && !Array.isArray(only);
  console.log(JSON.stringify(isWhole ? only : results, undefined, 2));
}

function print(title, rows) {
  if (!Array.isArray(rows)) {
    console.log(`\n${title}\n${rows.lines.map((line) => `  ${line}`).join("\n")}`);
    return;
  }
  const cells = rows.map(({ name, nanoseconds, unit = "operation", peer, ratio }) => [
    name,
    `${nanoseconds < 100 ? nanoseconds.toFixed(2) : nanoseconds.toFixed(0)} ns per ${unit}`,
    ratio === undefined ? "" : `${ratio.toFixed(2)} × ${peer}`,
  ]);
  const widths = [0, 1].map((column) => Math.max(...cells.map((row) => row[column].length)));
  console.log(`\n${title}`);
  for (const [name, time, ratio] of cells) {
    console.log(`  ${name.padEnd(widths[0])}  ${time.padStart(widths[1])}  ${ratio}`.trimEnd());
  }
}
