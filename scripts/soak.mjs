// What takes minutes: opens and closes objects 10,000 times, works a million times on a map, and lets eight threads hammer
// one map for a minute, on Linux' kernel (as root). Prints what there was before and after, and fails where it grew.
//
//   npm run soak [-- --cycles 10000] [--operations 1000000] [--seconds 60] [--workers 8]
import { spawnSync } from "node:child_process";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";

const root = resolve(import.meta.dirname, "..");
const { values } = parseArgs({
  options: {
    cycles: { type: "string", default: "10000" },
    operations: { type: "string", default: "1000000" },
    seconds: { type: "string", default: "60" },
    workers: { type: "string", default: "8" },
  },
});
/**
 * What may be more afterwards: V8's heap settles 50 MB above where it was, after 20,000 cycles as after 40,000, and the garbage collector leaves a few external objects,
 * which hold no descriptor any more, for later.
 */
const room = { megabytes: 64, handles: 50 };

if (process.platform !== "linux" || process.getuid?.() !== 0) {
  console.log("soak: skipped, it needs root on Linux");
  process.exit(0);
}

const failures = [];
report(`${values.cycles} cycles of opening and closing, ${values.operations} operations on a map`, "cycles", [
  values.cycles,
  values.operations,
]);
report(`${values.workers} threads hammer one map for ${values.seconds} s`, "workers", [
  "1",
  values.workers,
  String(Number(values.seconds) * 1000),
]);
for (const failure of failures) console.log(`soak: FAILED: ${failure}`);
process.exit(failures.length > 0 ? 1 : 0);

function report(title, name, args) {
  const file = join(root, "test", "native", "processes", `${name}.mjs`);
  const start = performance.now();
  const { status, stdout, stderr } = spawnSync(process.execPath, ["--expose-gc", file, ...args], { encoding: "utf8" });
  const seconds = ((performance.now() - start) / 1000).toFixed(0);
  if (status !== 0) {
    failures.push(`${title}: ended with ${status}\n${stderr}`);
    return;
  }
  const { before, after, ...more } = JSON.parse(stdout);
  console.log(`\n${title} (${seconds} s)`);
  for (const what of Object.keys(before)) {
    console.log(`  ${what.padEnd(12)} ${round(before[what])} before, ${round(after[what])} after`);
    if (after[what] - before[what] > (room[what] ?? 0)) failures.push(`${title}: ${what} grew`);
  }
  for (const [what, value] of Object.entries(more)) console.log(`  ${what.padEnd(12)} ${value.toLocaleString("en")}`);
}

function round(value) {
  return String(Math.round(value * 10) / 10);
}
