// What a file is that somebody gives as another build of ebpfapi.dll: told from its bytes, before anything is built or
// started for it ("PE Format", Microsoft Learn).
import { readFileSync, statSync } from "node:fs";

const PE32_PLUS = 0x20b;
const DLL = 0x2000;
const X64 = 0x8664;
const machines = { 332: "32-bit x86", 452: "32-bit ARM", 43620: "arm64", 42561: "arm64EC", 512: "Itanium" };

/** Why a file cannot be loaded as ebpfapi.dll by a win32-x64 process; undefined where nothing speaks against it. */
export function libraryProblem(path) {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined) return "there is no such file";
  if (!found.isFile()) return "it is no file";
  try {
    return imageProblem(readFileSync(path));
  } catch (error) {
    // Where the bytes end before what they tell of.
    if (error instanceof RangeError) return "it is no whole DLL";
    throw error;
  }
}

/** The libraries that a DLL names as needed; delayed ones, which may be absent, are not among them. */
export function neededLibraries(path) {
  const bytes = readFileSync(path);
  const header = bytes.readUInt32LE(0x3c);
  const table = bytes.readUInt32LE(header + 24 + 120);
  const names = [];
  if (table === 0) return names;
  const at = (address) => offsetOf(bytes, header, address);
  // Rows of 20 bytes, until one without a name.
  for (let row = at(table); bytes.readUInt32LE(row + 12) !== 0; row += 20) {
    names.push(textAt(bytes, at(bytes.readUInt32LE(row + 12))));
  }
  return names;
}

function imageProblem(bytes) {
  if (bytes.subarray(0, 4).toString("latin1") === "\x7fELF") return "it is an ELF file, of Linux, and no DLL";
  if (bytes.subarray(0, 2).toString("latin1") !== "MZ") return "it is no DLL";
  const header = bytes.readUInt32LE(0x3c);
  if (bytes.subarray(header, header + 4).toString("latin1") !== "PE\0\0") return "it is no DLL, but a program of DOS";
  const machine = bytes.readUInt16LE(header + 4);
  if (machine !== X64) {
    return `it is for ${machines[machine] ?? `machine 0x${machine.toString(16)}`}, and this Node.js for x64`;
  }
  if (bytes.readUInt16LE(header + 24) !== PE32_PLUS) return "it has no header of a 64-bit DLL";
  if ((bytes.readUInt16LE(header + 22) & DLL) === 0) return "it is a program (.exe) or a driver (.sys), and no DLL";
  const names = exportedNames(bytes, header);
  // Names alone do not tell a library of ours from ebpfapi.dll; without these nothing is.
  if (names.includes("bpf_map_lookup_elem") && names.includes("bpf_obj_get_info_by_fd")) return undefined;
  return `it exports ${names.length === 0 ? "nothing" : `${names.length} functions`}, and none of ebpfapi.dll's`;
}

function exportedNames(bytes, header) {
  const table = bytes.readUInt32LE(header + 24 + 112);
  if (table === 0) return [];
  const at = (address) => offsetOf(bytes, header, address);
  const count = bytes.readUInt32LE(at(table) + 24);
  const names = at(bytes.readUInt32LE(at(table) + 32));
  if (count > 0x10000) throw new RangeError("more names than ordinals");
  return Array.from({ length: count }, (_, i) => textAt(bytes, at(bytes.readUInt32LE(names + 4 * i))));
}

function textAt(bytes, from) {
  const to = bytes.indexOf(0, from);
  if (to < 0) throw new RangeError("a text without an end");
  return bytes.toString("latin1", from, to);
}

/** Where in the file an address in memory lies: section headers are rows of 40 bytes behind the optional header. */
function offsetOf(bytes, header, address) {
  const first = header + 24 + bytes.readUInt16LE(header + 20);
  for (let i = 0; i < bytes.readUInt16LE(header + 6); i++) {
    const row = first + 40 * i;
    const start = bytes.readUInt32LE(row + 12);
    if (address >= start && address < start + bytes.readUInt32LE(row + 16)) {
      return bytes.readUInt32LE(row + 20) + address - start;
    }
  }
  throw new RangeError("an address in no section");
}
