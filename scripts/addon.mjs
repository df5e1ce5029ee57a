// Builds the native addon into build/ where it is missing or older than binding/, and a C++ compiler and cmake are
// there. Without them winbpf works, simulated: one line says so, and nothing fails.
//
//   node scripts/addon.mjs [--force] [--sanitize address,undefined] [--out FOLDER]
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const root = resolve(import.meta.dirname, "..");

/** Builds what is not current; false where there is nothing to build with. */
export function buildAddon({ force = false, sanitize = "", out = join(root, "build") } = {}) {
  const stamp = join(out, ".winbpf-addon");
  const state = inputs(sanitize);
  const current =
    existsSync(join(out, "Release", "winbpf.node")) && existsSync(stamp) && readFileSync(stamp, "utf8") === state;
  if (current && !force) return true;

  const lacking = missingTool();
  if (lacking !== undefined) {
    console.log(`winbpf: the native addon is not built, ${lacking}: everything simulated works without it`);
    return false;
  }
  console.log("winbpf: building the native addon …");
  const cli = join(root, "node_modules", "cmake-js", "bin", "cmake-js");
  const args = [cli, "compile", "--out", out, "--log-level", "error", `--CDWINBPF_SANITIZE=${sanitize}`];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: root, encoding: "utf8" });
  if (status !== 0) {
    console.error(`${stdout}\n${stderr}`.trim().split("\n").slice(-40).join("\n"));
    throw new Error("the native addon does not compile");
  }
  mkdirSync(out, { recursive: true });
  writeFileSync(stamp, state);
  return true;
}

/** What the addon is made of, and for which system. */
function inputs(sanitize) {
  const hash = createHash("sha256").update(`${process.platform} ${process.arch} ${sanitize}\n`);
  const files = readdirSync(join(root, "binding"))
    .sort()
    .map((name) => join(root, "binding", name));
  const gate = sanitize === "" ? [] : [join(root, "test", "native", "gate", "gate.h")];
  for (const file of [...files, ...gate, join(root, "CMakeLists.txt")]) hash.update(readFileSync(file));
  return hash.digest("hex");
}

/** What is missing to build this machine's addon, as part of a sentence. */
export function missingTool() {
  if (!existsSync(join(root, "node_modules", "cmake-js"))) return "cmake-js is not installed";
  if (!runs("cmake", "--version")) return "there is no cmake";
  if (process.platform === "win32") return undefined;
  const compiler = process.env["CXX"] ?? "c++";
  return runs(compiler, "--version") ? undefined : `there is no C++ compiler (${compiler})`;
}

/** Whether a command is there and ends well. */
export function runs(command, ...args) {
  return spawnSync(command, args, { stdio: "ignore" }).status === 0;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const option = (name) => {
    const at = process.argv.indexOf(name);
    return at < 0 ? undefined : process.argv[at + 1];
  };
  const out = option("--out");
  try {
    buildAddon({
      force: process.argv.includes("--force"),
      sanitize: option("--sanitize") ?? "",
      ...(out === undefined ? {} : { out: resolve(out) }),
    });
  } catch (error) {
    console.error(`winbpf: ${error.message}`);
    process.exit(1);
  }
}
