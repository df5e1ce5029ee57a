// Builds the test double of ebpfapi.dll, and the addon by which tests speak to it, with mingw: `buildDouble(folder)` gives
// the paths of both. Compiles only what is older than its sources.
import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

const source = import.meta.dirname;
const require = createRequire(import.meta.url);
/** Of control.h. */
const controls = "fail heal reset restart calls count violations fire mark hold release"
  .split(" ")
  .map((name) => `double_${name}`);
export const compiler = "x86_64-w64-mingw32-g++-posix";

/** A DLL with the exports of an old version: all but those that it lacks. */
export function buildOldDouble(folder, lacking) {
  mkdirSync(folder, { recursive: true });
  const dll = join(folder, "ebpfapi.dll");
  const sources = readdirSync(source).filter((name) => name.endsWith(".cc") && name !== "control-addon.cc");
  const newest = Math.max(...readdirSync(source).map((name) => statSync(join(source, name)).mtimeMs));
  if (statSync(dll, { throwIfNoEntry: false })?.mtimeMs > newest) return dll;
  // Exports begin a line, and their names come before the first parenthesis of it.
  const names = sources
    .flatMap((name) => [...readFileSync(join(source, name), "utf8").matchAll(/^EXPORT [^(\n]*?(\w+)\(/gm)])
    .map(([, name]) => name)
    .filter((name) => !lacking.includes(name));
  const definitions = join(folder, "ebpfapi.def");
  writeFileSync(definitions, ["EXPORTS", ...new Set(names), ...controls, ""].join("\n"));
  const flags = ["-std=c++20", "-Wall", "-Wextra", "-Werror", "-O1", "-s", "-static", "-DWINBPF_DOUBLE_OLD"];
  run(compiler, [...flags, "-shared", "-o", dll, definitions, ...sources.map((name) => join(source, name))]);
  return dll;
}

export function buildDouble(folder) {
  mkdirSync(folder, { recursive: true });
  const dll = join(folder, "ebpfapi.dll");
  const control = join(folder, "control.node");
  const sources = readdirSync(source).filter((name) => name.endsWith(".cc") && name !== "control-addon.cc");
  const newest = Math.max(...readdirSync(source).map((name) => statSync(join(source, name)).mtimeMs));
  if (statSync(control, { throwIfNoEntry: false })?.mtimeMs > newest) return { dll, control };
  const flags = ["-std=c++20", "-Wall", "-Wextra", "-Werror", "-O1", "-s", "-static"];
  run(compiler, [...flags, "-DWINBPF_DOUBLE", "-shared", "-o", dll, ...sources.map((name) => join(source, name))]);

  const headers = dirname(require.resolve("node-api-headers/package.json"));
  const addonApi = dirname(require.resolve("node-addon-api/package.json"));
  const library = join(folder, "libnode_api.a");
  run("x86_64-w64-mingw32-dlltool", ["-d", join(headers, "def", "node_api.def"), "-D", "node.exe", "-l", library]);
  const includes = [`-I${join(headers, "include")}`, `-I${addonApi}`];
  const defines = ["-DNAPI_VERSION=8", "-DNODE_ADDON_API_CPP_EXCEPTIONS"];
  run(compiler, [
    ...flags,
    ...defines,
    ...includes,
    "-shared",
    "-o",
    control,
    join(source, "control-addon.cc"),
    library,
  ]);
  return { dll, control };
}

function run(command, args) {
  const { status, error } = spawnSync(command, args, { stdio: "inherit" });
  if (status !== 0) throw new Error(`${command} failed${error === undefined ? "" : `: ${error.message}`}`);
}
