// Makes a clone ready: installs the packages when node_modules is missing or not what the lock file says, compiles src to
// lib when lib is missing or older than src, and builds the native addon where there is a compiler. Every npm script
// that needs any of these calls it first.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { buildAddon } from "./addon.mjs";

const root = resolve(import.meta.dirname, "..");
const installStamp = join(root, "node_modules", ".winbpf-packages");
const buildStamp = join(root, "node_modules", ".winbpf-build");

// The first entry is the project itself: a new version of it is no other package.
const [, ...packages] = Object.entries(JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8")).packages);
const lock = createHash("sha256").update(JSON.stringify(packages)).digest("hex");
if (!existsSync(installStamp) || readFileSync(installStamp, "utf8") !== lock) {
  console.log("winbpf: installing the packages of package-lock.json …");
  npm(["ci", "--no-audit", "--no-fund"]);
  writeFileSync(installStamp, lock);
}

const tools = ["package.json", "scripts/bundle.mjs", "tsconfig.build.json", "tsconfig.json"];
const inputs = [...files(join(root, "src")), ...tools.map((name) => join(root, name))];
const state = createHash("sha256")
  .update(inputs.map((path) => `${path} ${statSync(path).mtimeMs} ${statSync(path).size}`).join("\n"))
  .digest("hex");
const built = existsSync(join(root, "lib", "index.js")) && existsSync(buildStamp);
if (process.argv.includes("--force") || !built || readFileSync(buildStamp, "utf8") !== state) {
  for (const name of readdirSync(join(root, "lib"))) {
    if (name !== "README.md") rmSync(join(root, "lib", name), { recursive: true });
  }
  run(process.execPath, [join(root, "scripts", "bundle.mjs"), "lib"]);
  run(process.execPath, [join(root, "node_modules", "typescript", "bin", "tsc"), "-p", "tsconfig.build.json"]);
  writeFileSync(buildStamp, state);
}

try {
  buildAddon({ force: process.argv.includes("--force") });
} catch (error) {
  console.error(`winbpf: ${error.message}`);
  process.exit(1);
}

function* files(folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* files(path);
    else yield path;
  }
}

// npm tells its scripts where it is; a plain `node scripts/setup.mjs` has to find it on the PATH.
function npm(args) {
  const cli = process.env["npm_execpath"];
  if (cli?.endsWith(".js")) run(process.execPath, [cli, ...args]);
  else run("npm", args, { shell: process.platform === "win32" });
}

function run(command, args, options = {}) {
  const { status, error } = spawnSync(command, args, { cwd: root, stdio: "inherit", ...options });
  if (status === 0) return;
  console.error(`winbpf: ${command} ${args.join(" ")} failed${error === undefined ? "" : `: ${error.message}`}`);
  process.exit(1);
}
