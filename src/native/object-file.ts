import type { MapInfo } from "../engine/index.ts";

/** A map of an object file, as far as the map that is pinned by its name must agree. */
export interface ObjectFileMap extends Pick<MapInfo, "type" | "keySize" | "valueSize" | "maxEntries"> {
  readonly name: string;
  /** Maps of maps: the template's place among the object's maps. */
  readonly inner: number | undefined;
}

export interface ObjectFile {
  readonly program: string;
  readonly section: string;
  /** 8 bytes a slot; wide loads of maps are zeroed, and relocated. */
  readonly code: Uint8Array;
  /** Slots of wide loads, and the places of the maps that they load. */
  readonly loads: readonly { readonly slot: number; readonly map: number }[];
  readonly maps: readonly ObjectFileMap[];
}

/** ELF-64 (System V ABI, generic part), as far as an object of one program needs it. */
const HEADER = 64;
const SECTION = 64;
const SYMBOL = 24;
const RELOCATION = 16;
const SectionType = { PROGBITS: 1, SYMTAB: 2, STRTAB: 3, REL: 9 } as const;
const EM_BPF = 247;
const ALLOC = 2;
const EXECUTABLE = 4;
const WRITABLE = 1;
const GLOBAL_OBJECT = 0x11;
const GLOBAL_FUNCTION = 0x12;
/** RFC 9669's ABI companion (bpf docs, "llvm relocations"): R_BPF_64_64, a wide load of a symbol's address. */
const R_BPF_64_64 = 1;
/** `ebpf_map_definition_in_file_t` (ebpf-for-windows, include/ebpf_structs.h): eight words. */
const DEFINITION = 32;
const PIN_BY_NAME = 1;
const SLOT = 8;

interface Section {
  readonly name: string;
  readonly type: number;
  readonly bytes: Uint8Array;
  readonly flags?: number;
  readonly link?: number;
  readonly info?: number;
  readonly entry?: number;
}

/** Places of the sections: the null section is 0. Without maps, the last two are not there. */
const Place = { CODE: 1, SYMBOLS: 2, STRINGS: 3, MAPS: 4 } as const;

/** The bytes of a relocatable object for BPF with one program, and maps in the form that ebpf-for-windows reads without BTF. */
export function writeObjectFile(file: ObjectFile): Uint8Array {
  const strings = new StringTable();
  const symbols = symbolTable(file, strings);
  const names = new StringTable();
  const sections: Section[] = [
    { name: file.section, type: SectionType.PROGBITS, bytes: unlinked(file), flags: ALLOC | EXECUTABLE },
    // The first symbol, which is none, is the only local one.
    { name: ".symtab", type: SectionType.SYMTAB, bytes: symbols, link: Place.STRINGS, info: 1, entry: SYMBOL },
    { name: ".strtab", type: SectionType.STRTAB, bytes: strings.bytes() },
  ];
  if (file.maps.length > 0) {
    sections.push(
      { name: "maps", type: SectionType.PROGBITS, bytes: definitions(file.maps), flags: ALLOC | WRITABLE },
      {
        name: `.rel${file.section}`,
        type: SectionType.REL,
        bytes: relocations(file),
        link: Place.SYMBOLS,
        info: Place.CODE,
        entry: RELOCATION,
      },
    );
  }
  const named = sections.map((section) => ({ ...section, at: names.add(section.name) }));
  const shstrtab = { name: ".shstrtab", type: SectionType.STRTAB, at: names.add(".shstrtab") };
  return assemble([...named, { ...shstrtab, bytes: names.bytes() }]);
}

function assemble(sections: readonly (Section & { readonly at: number })[]): Uint8Array {
  const padded = sections.map(({ bytes }) => Math.ceil(bytes.length / 8) * 8);
  const table = HEADER + padded.reduce((sum, size) => sum + size, 0);
  const out = new Uint8Array(table + SECTION * (sections.length + 1));
  const view = new DataView(out.buffer);
  // Identification: 64-bit, little-endian, version 1.
  out.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]);
  view.setUint16(16, 1, true);
  view.setUint16(18, EM_BPF, true);
  view.setUint32(20, 1, true);
  view.setBigUint64(40, BigInt(table), true);
  view.setUint16(52, HEADER, true);
  view.setUint16(58, SECTION, true);
  view.setUint16(60, sections.length + 1, true);
  view.setUint16(62, sections.length, true);
  let offset = HEADER;
  for (const [index, { type, bytes, flags = 0, link = 0, info = 0, entry = 0, at }] of sections.entries()) {
    const header = table + SECTION * (index + 1);
    out.set(bytes, offset);
    view.setUint32(header, at, true);
    view.setUint32(header + 4, type, true);
    view.setBigUint64(header + 8, BigInt(flags), true);
    view.setBigUint64(header + 24, BigInt(offset), true);
    view.setBigUint64(header + 32, BigInt(bytes.length), true);
    view.setUint32(header + 40, link, true);
    view.setUint32(header + 44, info, true);
    view.setBigUint64(header + 48, 8n, true);
    view.setBigUint64(header + 56, BigInt(entry), true);
    offset += padded[index] ?? 0;
  }
  return out;
}

function unlinked({ code, loads }: ObjectFile): Uint8Array {
  const bytes = code.slice();
  for (const { slot } of loads) {
    const at = slot * SLOT;
    bytes[at + 1] = (bytes[at + 1] ?? 0) & 0x0f;
    bytes.fill(0, at + 4, at + SLOT);
    bytes.fill(0, at + SLOT + 4, at + 2 * SLOT);
  }
  return bytes;
}

function definitions(maps: readonly ObjectFileMap[]): Uint8Array {
  const view = new DataView(new ArrayBuffer(DEFINITION * maps.length));
  for (const [index, { type, keySize, valueSize, maxEntries, inner = 0 }] of maps.entries()) {
    const words = [type, keySize, valueSize, maxEntries, inner, PIN_BY_NAME, 0, 0];
    for (const [word, value] of words.entries()) view.setUint32(DEFINITION * index + 4 * word, value, true);
  }
  return new Uint8Array(view.buffer);
}

/** The program's symbol, then one for each map. */
function symbolTable({ program, code, maps }: ObjectFile, strings: StringTable): Uint8Array {
  const rows = [
    { name: program, info: GLOBAL_FUNCTION, section: Place.CODE, value: 0, size: code.length },
    ...maps.map(({ name }, index) => ({
      name,
      info: GLOBAL_OBJECT,
      section: Place.MAPS,
      value: DEFINITION * index,
      size: DEFINITION,
    })),
  ];
  const view = new DataView(new ArrayBuffer(SYMBOL * (rows.length + 1)));
  for (const [index, { name, info, section, value, size }] of rows.entries()) {
    const at = SYMBOL * (index + 1);
    view.setUint32(at, strings.add(name), true);
    view.setUint8(at + 4, info);
    view.setUint16(at + 6, section, true);
    view.setBigUint64(at + 8, BigInt(value), true);
    view.setBigUint64(at + 16, BigInt(size), true);
  }
  return new Uint8Array(view.buffer);
}

function relocations({ loads }: ObjectFile): Uint8Array {
  const view = new DataView(new ArrayBuffer(RELOCATION * loads.length));
  for (const [index, { slot, map }] of loads.entries()) {
    view.setBigUint64(RELOCATION * index, BigInt(slot * SLOT), true);
    view.setUint32(RELOCATION * index + 8, R_BPF_64_64, true);
    // Behind the null symbol and the program's.
    view.setUint32(RELOCATION * index + 12, map + 2, true);
  }
  return new Uint8Array(view.buffer);
}

class StringTable {
  #text = "\0";

  /** Offset of the text in bytes. */
  add(text: string): number {
    const at = Buffer.byteLength(this.#text);
    this.#text += `${text}\0`;
    return at;
  }

  bytes(): Uint8Array {
    return Buffer.from(this.#text);
  }
}
