// Compiles the eBPF programs of this repository beside their sources.
//
//   node scripts/programs.mjs            compile
//   node scripts/programs.mjs --check    compile elsewhere, and compare with what is committed
//
// The objects are committed, so that tests and the demo need no compiler. Their bytes depend on the compiler's version:
// --check compares whole files where it is the version that made them, and only code, data and map sections of
// programs where it is another.
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const folders = [
  "test/programs",
  "test/programs/refused",
  "test/programs/refused/mended",
  "test/contract/programs",
  "test/native/programs",
  "test/elf/fixtures",
  "bench/programs",
];

/** The clang that made the committed objects. Another one of the same major version writes the same code. */
const madeWith = 19;
const compilers = [process.env["CLANG"], `clang-${madeWith}`, "clang", "clang-20", "clang-21", "clang-18"];

// No absolute path reaches the file: the working folder is the root, and the debug information calls it ".".
// The producer string holds the version; -fno-ident keeps the distribution's name out of .comment as well.
const flags = [
  "-target",
  "bpf",
  "-mcpu=v3",
  "-O2",
  "-g",
  "-gdwarf-4",
  "-std=gnu11",
  "-Wall",
  "-Wextra",
  "-Werror",
  "-fno-ident",
  "-fdebug-compilation-dir=.",
  "-I",
  "include",
];

function findCompiler() {
  for (const command of compilers) {
    if (command === undefined || command === "") continue;
    const { status, stdout } = spawnSync(command, ["--version"], { encoding: "utf8" });
    const version = /clang version (\d+)/.exec(stdout ?? "");
    if (status !== 0 || version === null) continue;
    const targets = spawnSync(command, ["--print-targets"], { encoding: "utf8" }).stdout ?? "";
    if (/^\s+bpf\s/m.test(targets)) return { command, major: Number(version[1]) };
  }
  return undefined;
}

function compile(compiler, source, object) {
  const { status, stderr } = spawnSync(compiler, [...flags, "-c", source, "-o", object], {
    cwd: root,
    encoding: "utf8",
  });
  if (status === 0) return true;
  process.stderr.write(`${source}: does not compile\n${stderr ?? ""}`);
  return false;
}

/** Sections of an ELF64 little-endian file as name → bytes; of what NOBITS holds, the size. */
function sections(bytes) {
  const at = (offset) => Number(bytes.readBigUInt64LE(offset));
  const table = at(0x28);
  const count = bytes.readUInt16LE(0x3c);
  const header = (index) => table + index * 64;
  const nameTable = at(header(bytes.readUInt16LE(0x3e)) + 24);
  const found = new Map();
  for (let index = 1; index < count; index++) {
    const name = nameTable + bytes.readUInt32LE(header(index));
    const offset = at(header(index) + 24);
    const size = at(header(index) + 32);
    const isNoBits = bytes.readUInt32LE(header(index) + 4) === 8;
    const content = isNoBits ? Buffer.from(`${size} zero bytes`) : bytes.subarray(offset, offset + size);
    found.set(bytes.toString("latin1", name, bytes.indexOf(0, name)), content);
  }
  return found;
}

/** What a program is made of, whatever the compiler's taste in debug information and string tables. */
const isSubstance = (name) => !/^(\.debug|\.rel|\.BTF|\.strtab|\.symtab|\.llvm|\.comment|\.note)/.test(name);

function difference(committed, fresh, sameCompiler) {
  if (committed.equals(fresh)) return undefined;
  const [before, after] = [sections(committed), sections(fresh)];
  const differing = [...new Set([...before.keys(), ...after.keys()])].filter((name) => {
    const [left, right] = [before.get(name), after.get(name)];
    return left === undefined || right === undefined || !left.equals(right);
  });
  const telling = sameCompiler ? differing : differing.filter(isSubstance);
  if (telling.length > 0) return `differs in ${telling.join(", ")}`;
  return sameCompiler ? "differs outside every section" : undefined;
}

const check = process.argv.includes("--check");
const unknown = process.argv.slice(2).filter((argument) => argument !== "--check");
if (unknown.length > 0) {
  process.stderr.write(`unknown argument ${unknown[0]}\nusage: npm run programs [-- --check]\n`);
  process.exit(2);
}

const found = findCompiler();
if (found === undefined) {
  process.stderr.write(
    "No clang that can compile for bpf was found.\n" +
      "  Debian, Ubuntu   apt install clang-19      (on older ones from https://apt.llvm.org)\n" +
      "  Fedora           dnf install clang\n" +
      "  macOS            brew install llvm         and set CLANG to its bin/clang: Apple's has no bpf\n" +
      "  Windows          winget install LLVM.LLVM\n" +
      "The environment variable CLANG names one by hand.\n",
  );
  process.exit(1);
}

const sameCompiler = found.major === madeWith;
if (!sameCompiler)
  process.stderr.write(
    check
      ? `clang ${found.major} is not the clang ${madeWith} that made the objects: comparing code, data and maps, not debug information\n`
      : `clang ${found.major} is not the clang ${madeWith} that made the committed objects: they will differ\n`,
  );

const scratch = check ? mkdtempSync(join(tmpdir(), "winbpf-programs-")) : undefined;
let failures = 0;
let compiled = 0;
try {
  for (const folder of folders) {
    const names = existsSync(join(root, folder))
      ? readdirSync(join(root, folder)).filter((name) => name.endsWith(".c"))
      : [];
    for (const name of names.sort()) {
      const source = `${folder}/${name}`;
      const object = source.replace(/\.c$/, ".o");
      const target = scratch === undefined ? object : join(scratch, basename(object));
      compiled++;
      if (!compile(found.command, source, target)) failures++;
      else if (scratch !== undefined) {
        const problem = existsSync(join(root, object))
          ? difference(readFileSync(join(root, object)), readFileSync(target), sameCompiler)
          : "is missing";
        if (problem === undefined) continue;
        process.stderr.write(`${object} ${problem}: run "npm run programs" and commit the result\n`);
        failures++;
      }
    }
  }
} finally {
  if (scratch !== undefined) rmSync(scratch, { recursive: true, force: true });
}
process.stdout.write(`${compiled} programs, ${failures} ${check ? "out of date" : "failed"} (clang ${found.major})\n`);
process.exitCode = failures === 0 ? 0 : 1;
