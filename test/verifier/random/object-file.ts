import type { RandomProgram } from "./random-program.ts";

const HEADER = 64;
const SECTION_HEADER = 64;
const SYMBOL = 24;
const RELOCATION = 16;
const LDDW = 0x18;

/** Legacy map records: type, key size, value size, entries and four fields of zeros. */
const MAPS: readonly (readonly [name: string, ...fields: number[]])[] = [
  ["m", 2, 4, 16, 4],
  ["h", 1, 8, 32, 4],
  ["p", 3, 4, 4, 1],
];
const RECORD = 32;

interface Part {
  readonly name: string;
  readonly type: number;
  readonly flags: number;
  readonly bytes: Uint8Array;
  readonly link?: number;
  readonly info?: number;
  readonly entry?: number;
}

function strings(names: readonly string[]): { readonly bytes: Uint8Array; readonly offsets: readonly number[] } {
  let text = "\0";
  const offsets = names.map((name) => {
    const at = text.length;
    text += `${name}\0`;
    return at;
  });
  return { bytes: new TextEncoder().encode(text), offsets };
}

function maps(): Uint8Array {
  const bytes = new Uint8Array(RECORD * MAPS.length);
  const view = new DataView(bytes.buffer);
  for (const [at, [, ...fields]] of MAPS.entries()) {
    for (const [index, value] of fields.entries()) view.setUint32(at * RECORD + index * 4, value, true);
  }
  return bytes;
}

/** Relocations for the wide loads of map handles; the immediates are cleared, as compilers leave them. */
function relocations(code: Uint8Array): Uint8Array {
  const view = new DataView(code.buffer);
  const sites: (readonly [number, number])[] = [];
  for (let at = 0; at + 8 <= code.length; at += 8) {
    if (code[at] !== LDDW || (code[at + 1] ?? 0) >> 4 !== 1) continue;
    sites.push([at, view.getInt32(at + 4, true)]);
    view.setUint8(at + 1, view.getUint8(at + 1) & 15);
    view.setInt32(at + 4, 0, true);
  }
  const bytes = new Uint8Array(sites.length * RELOCATION);
  const out = new DataView(bytes.buffer);
  for (const [index, [at, map]] of sites.entries()) {
    out.setBigUint64(index * RELOCATION, BigInt(at), true);
    out.setBigUint64(index * RELOCATION + 8, (BigInt(map) << 32n) | 1n, true);
  }
  return bytes;
}

function symbols(names: readonly number[], codeBytes: number): Uint8Array {
  const bytes = new Uint8Array(SYMBOL * (names.length + 1));
  const view = new DataView(bytes.buffer);
  for (const [index, name] of names.entries()) {
    const at = (index + 1) * SYMBOL;
    const isFunction = index === names.length - 1;
    view.setUint32(at, name, true);
    view.setUint8(at + 4, isFunction ? 0x12 : 0x11);
    view.setUint16(at + 6, isFunction ? 1 : 2, true);
    view.setBigUint64(at + 8, BigInt(isFunction ? 0 : index * RECORD), true);
    view.setBigUint64(at + 16, BigInt(isFunction ? codeBytes : RECORD), true);
  }
  return bytes;
}

function link(parts: readonly Part[]): Uint8Array {
  const names = strings(parts.map(({ name }) => name));
  const all: Part[] = [...parts, { name: "", type: 3, flags: 0, bytes: names.bytes }];
  const aligned = all.map(({ bytes }) => Math.ceil(bytes.length / 8) * 8);
  const start = HEADER + aligned.reduce((sum, size) => sum + size, 0);
  const file = new Uint8Array(start + SECTION_HEADER * (all.length + 1));
  const view = new DataView(file.buffer);
  file.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]);
  view.setUint16(16, 1, true);
  view.setUint16(18, 247, true);
  view.setUint32(20, 1, true);
  view.setBigUint64(40, BigInt(start), true);
  view.setUint16(52, HEADER, true);
  view.setUint16(58, SECTION_HEADER, true);
  view.setUint16(60, all.length + 1, true);
  view.setUint16(62, all.length, true);
  let offset = HEADER;
  for (const [index, part] of all.entries()) {
    file.set(part.bytes, offset);
    const at = start + SECTION_HEADER * (index + 1);
    view.setUint32(at, names.offsets[index] ?? 0, true);
    view.setUint32(at + 4, part.type, true);
    view.setBigUint64(at + 8, BigInt(part.flags), true);
    view.setBigUint64(at + 24, BigInt(offset), true);
    view.setBigUint64(at + 32, BigInt(part.bytes.length), true);
    view.setUint32(at + 40, part.link ?? 0, true);
    view.setUint32(at + 44, part.info ?? 0, true);
    view.setBigUint64(at + 48, 8n, true);
    view.setBigUint64(at + 56, BigInt(part.entry ?? 0), true);
    offset += aligned[index] ?? 0;
  }
  return file;
}

/** An object file that holds a random program as function `f`, with the maps that it uses. */
export function objectFile(program: RandomProgram): Uint8Array {
  const code = program.code.slice();
  const sites = relocations(code);
  const names = strings([...MAPS.map(([name]) => name), "f"]);
  return link([
    { name: program.section, type: 1, flags: 6, bytes: code },
    { name: "maps", type: 1, flags: 3, bytes: maps() },
    { name: `.rel${program.section}`, type: 9, flags: 0, bytes: sites, link: 4, info: 1, entry: RELOCATION },
    { name: ".symtab", type: 2, flags: 0, bytes: symbols(names.offsets, code.length), link: 5, info: 1, entry: SYMBOL },
    { name: ".strtab", type: 3, flags: 0, bytes: names.bytes },
  ]);
}
