// Builds the test double of ebpfapi.dll, and the addon by which tests speak to it, with mingw: `buildDouble(folder)` gives
// the paths of both, `buildOldDouble(folder, version, lacking)` that of an older version. What is newer than its sources is
// left alone, and versions share what is the same in them.
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
const flags = ["-std=c++20", "-Wall", "-Wextra", "-Werror", "-O1"];
const linking = ["-s", "-static", "-shared"];

export function buildDouble(folder) {
  return { dll: library(folder, folder, []), control: controlAddon(folder) };
}

/** A DLL with the exports of an old version: all but those that it lacks. */
export function buildOldDouble(folder, version, lacking) {
  return library(folder, join(folder, version), lacking, "-DWINBPF_DOUBLE_OLD");
}

function library(base, folder, lacking, define) {
  mkdirSync(folder, { recursive: true });
  const sources = readdirSync(source).filter((name) => name.endsWith(".cc") && name !== "control-addon.cc");
  const texts = sources.map((name) => readFileSync(join(source, name), "utf8"));
  const objects = sources.map((name, i) => {
    // Few sources are others in old versions.
    const differs = define !== undefined && texts[i].includes("WINBPF_DOUBLE_OLD");
    return object(join(base, differs ? "objects-old" : "objects"), name, differs ? [define] : []);
  });
  // Exports begin a line, and their names come before the first parenthesis of it.
  const names = texts
    .flatMap((text) => [...text.matchAll(/^EXPORT [^(\n]*?(\w+)\(/gm)])
    .map(([, name]) => name)
    .filter((name) => !lacking.includes(name));
  const dll = join(folder, "ebpfapi.dll");
  const definitions = join(folder, "ebpfapi.def");
  const text = ["EXPORTS", ...new Set(names), ...controls, ""].join("\n");
  if (current(dll, objects) && readFileSync(definitions, "utf8") === text) return dll;
  writeFileSync(definitions, text);
  run(compiler, [...linking, "-o", dll, definitions, ...objects]);
  return dll;
}

function object(folder, name, defines) {
  mkdirSync(folder, { recursive: true });
  const made = join(folder, name.replace(".cc", ".o"));
  const headers = readdirSync(source).filter((each) => each.endsWith(".h"));
  const needs = [name, ...headers].map((each) => join(source, each));
  if (!current(made, needs)) run(compiler, [...flags, ...defines, "-c", "-o", made, join(source, name)]);
  return made;
}

function controlAddon(folder) {
  const control = join(folder, "control.node");
  const file = join(source, "control-addon.cc");
  if (current(control, [file, join(source, "control.h")])) return control;
  const headers = dirname(require.resolve("node-api-headers/package.json"));
  const addonApi = dirname(require.resolve("node-addon-api/package.json"));
  const api = join(folder, "libnode_api.a");
  run("x86_64-w64-mingw32-dlltool", ["-d", join(headers, "def", "node_api.def"), "-D", "node.exe", "-l", api]);
  const includes = [`-I${join(headers, "include")}`, `-I${addonApi}`];
  const defines = ["-DNAPI_VERSION=8", "-DNODE_ADDON_API_CPP_EXCEPTIONS"];
  run(compiler, [...flags, ...linking, ...defines, ...includes, "-o", control, file, api]);
  return control;
}

function current(made, needs) {
  const time = statSync(made, { throwIfNoEntry: false })?.mtimeMs;
  return time !== undefined && needs.every((each) => statSync(each).mtimeMs < time);
}

function run(command, args) {
  const { status, error } = spawnSync(command, args, { stdio: "inherit" });
  if (status !== 0) throw new Error(`${command} failed${error === undefined ? "" : `: ${error.message}`}`);
}
