// Builds the addon that the package ships: `npm run prebuild` makes prebuilds/ for this machine and, where mingw is
// there, for win32-x64 too; `npm run prebuild -- win32-x64` one of them. What is newer than binding/ is left alone, so that
// npm, which runs a script of this name before every `npm run build`, does no work twice. Without a compiler the addon is
// left out, with a line that says so. prebuildify lays the files out and strips them, cmake-js builds; one target after
// the other, for they share build/.
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, renameSync, rmSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { missingTool, runs } from "./addon.mjs";

const root = resolve(import.meta.dirname, "..");
const require = createRequire(import.meta.url);
const host = `${process.platform}-${process.arch}`;
const mingw = "x86_64-w64-mingw32-g++-posix";
const cross = { "win32-x64": { strip: "x86_64-w64-mingw32-strip" } };

const asked = process.argv.slice(2);
const targets = asked.length > 0 ? asked : [...new Set([host, "win32-x64"])];
for (const target of targets) {
  const missing = lacks(target);
  if (missing === undefined) build(target);
  else if (asked.length > 0) fail(`${target} cannot be built: ${missing}`);
  else console.log(`prebuild: the addon for ${target} is left out: ${missing}`);
}

/** What is not there to build a target with; undefined where all is. */
function lacks(target) {
  if (target === host) return missingTool();
  if (cross[target] === undefined) return `not on ${host}`;
  if (!runs("cmake", "--version")) return "there is no cmake";
  return runs(mingw, "--version") ? undefined : `there is no ${mingw} (apt-get install g++-mingw-w64-x86-64-posix)`;
}

function build(target) {
  const [platform, arch] = target.split("-");
  const folder = join(root, "prebuilds", target);
  if (current(folder)) return;
  const shim = join(import.meta.dirname, "cmake-as-node-gyp.mjs");
  const args = ["--napi", "--strip", "--name", "node.napi", "--platform", platform, "--arch", arch];
  // Node-API is one for all versions; the version named here only has to be one that prebuildify knows.
  args.push("--target", `node@${process.versions.node}`);
  args.push("--node-gyp", process.platform === "win32" ? `"${process.execPath}" "${shim}"` : shim);
  if (platform === "linux") args.push("--tag-libc");
  if (target !== host) args.push("--strip-bin", cross[target].strip);
  rmSync(folder, { recursive: true, force: true });
  // prebuildify and cmake-js insist on build/, where this machine's own addon may lie: it is put aside meanwhile.
  const own = join(root, "build");
  const aside = join(root, "build-aside");
  rmSync(aside, { recursive: true, force: true });
  if (existsSync(own)) renameSync(own, aside);
  const status = run(process.execPath, [join(require.resolve("prebuildify/package.json"), "..", "bin.js"), ...args]);
  rmSync(own, { recursive: true, force: true });
  if (existsSync(aside)) renameSync(aside, own);
  if (status !== 0) fail(`${target} does not build`);
  if (!existsSync(folder) || readdirSync(folder).length === 0) fail(`${target}: prebuildify left nothing in prebuilds`);
  console.log(`prebuild: prebuilds/${target}/${readdirSync(folder).join(", ")}`);
}

function current(folder) {
  const [name] = existsSync(folder) ? readdirSync(folder) : [];
  if (name === undefined) return false;
  const sources = [
    join(root, "CMakeLists.txt"),
    ...readdirSync(join(root, "binding")).map((f) => join(root, "binding", f)),
  ];
  const built = statSync(join(folder, name)).mtimeMs;
  return sources.every((source) => statSync(source).mtimeMs < built);
}

function run(command, args) {
  return spawnSync(command, args, { cwd: root, stdio: "inherit" }).status ?? 1;
}

function fail(why) {
  console.error(`prebuild: ${why}`);
  process.exit(1);
}
