// Runs the native tests on an addon that was built with AddressSanitizer and UndefinedBehaviorSanitizer (Linux, g++):
//
//   node scripts/sanitize.mjs [test/native/… …]
//
// Whatever the sanitizers find ends the process that found it, and so fails its test.
import { spawnSync } from "node:child_process";
import { join, resolve } from "node:path";
import { buildAddon } from "./addon.mjs";

const root = resolve(import.meta.dirname, "..");
const folder = join(root, "build", "sanitized");

if (process.platform !== "linux") {
  console.log("winbpf: sanitizers are for Linux");
  process.exit(0);
}
if (!buildAddon({ sanitize: "address,undefined", out: join(folder, "build") })) process.exit(0);

/** Node is not built with sanitizers: their libraries have to be there before it starts. */
const libraries = ["libasan.so", "libubsan.so"].map((name) =>
  spawnSync("g++", [`-print-file-name=${name}`], { encoding: "utf8" }).stdout.trim(),
);
const given = process.argv.slice(2);
const tests =
  given.length > 0 ? given : ["contract", "rings", "xdp", "lifetime"].map((name) => `test/native/${name}.test.ts`);
const { status } = spawnSync(process.execPath, [join(root, "node_modules/vitest/vitest.mjs"), "run", ...tests], {
  cwd: root,
  stdio: "inherit",
  env: {
    ...process.env,
    // node-gyp-build looks for a build there.
    WINBPF_PREBUILD: folder,
    WINBPF_SANITIZED: "1",
    LD_PRELOAD: libraries.join(":"),
    // V8 frees nothing at its end, which is no leak of ours: an empty script that exits leaves 20 KB, one in the middle of
    // the addon's calls 32 KB, all of them V8's pages. The lifetime tests count handles instead.
    ASAN_OPTIONS: "detect_leaks=0:halt_on_error=1:abort_on_error=1",
    UBSAN_OPTIONS: "halt_on_error=1:print_stacktrace=1",
  },
});
process.exit(status ?? 1);
