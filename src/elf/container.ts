import type { Platform } from "../spec/index.ts";
import type { Work } from "../turns/index.ts";
import { Span } from "./span.ts";
import { StringTable } from "./string-table.ts";

/** ELF64 numbers that matter here (System V ABI, chapter 4; R_BPF_* from Linux' Documentation/bpf/llvm_reloc.rst). */
export const SectionType = { NULL: 0, PROGBITS: 1, SYMTAB: 2, RELA: 4, NOBITS: 8, REL: 9 } as const;
export const SECTION_EXECUTABLE = 0x4;
export const SymbolType = { NOTYPE: 0, OBJECT: 1, FUNC: 2, SECTION: 3, FILE: 4 } as const;
export const SECTION_UNDEFINED = 0;

const HEADER_BYTES = 64;
const SECTION_HEADER_BYTES = 64;
const SYMBOL_BYTES = 24;
const MACHINE_NONE = 0;
const MACHINE_BPF = 247;
const TYPE_RELOCATABLE = 1;
const INDEX_ESCAPE = 0xffff;
const LAST_OS_ABI = 10;
const MAX_OVERLAP = 4;

export interface Section {
  readonly index: number;
  readonly name: string;
  readonly type: number;
  readonly flags: number;
  /** Bytes that the section stands for; `.bss` has a size but no data. */
  readonly size: number;
  readonly data: Span;
  readonly link: number;
  readonly info: number;
  readonly entrySize: number;
  /** Where its header is, in bytes from the start of the file. */
  readonly headerOffset: number;
}

export interface ElfSymbol {
  readonly name: string;
  readonly value: number;
  readonly size: number;
  readonly type: number;
  readonly binding: number;
  /** Index of the section it lies in; 0 where undefined. */
  readonly section: number;
}

/** An object file taken apart: sections and symbols, nothing interpreted yet. */
export interface Container {
  readonly file: Span;
  readonly sections: readonly Section[];
  readonly symbols: readonly ElfSymbol[];
  /** The first section of that name. */
  section(name: string): Section | undefined;
}

/** Reads ELF64, little-endian, relocatable, machine BPF or none. */
export function* readContainer(bytes: Uint8Array, platform: Platform): Work<Container> {
  const file = new Span(bytes, undefined);
  checkHeader(file);
  const sections = readSections(file, platform);
  const byName = new Map<string, Section>();
  for (const section of sections) if (!byName.has(section.name)) byName.set(section.name, section);
  const symbolTable = byName.get(".symtab");
  if (symbolTable?.type !== SectionType.SYMTAB) return file.fail("No symbol table", 0);
  const symbols = yield* readSymbols(sections, symbolTable, file);
  return { file, sections, symbols, section: (name) => byName.get(name) };
}

/** Fields that have one possible value: offset, bytes, value, what it means if another stands there. */
const fixedFields: readonly (readonly [offset: number, bytes: 1 | 2 | 4, value: number, otherwise: string])[] = [
  [0, 4, 0x464c457f, "Not an ELF file"],
  [4, 1, 2, "Not a 64-bit ELF file"],
  [5, 1, 1, "Not a little-endian ELF file"],
  [6, 1, 1, "Unknown ELF version"],
  [8, 4, 0, "Padding of the ELF header is not zero"],
  [12, 4, 0, "Padding of the ELF header is not zero"],
  [16, 2, TYPE_RELOCATABLE, "Not a relocatable object file"],
  [20, 4, 1, "Unknown ELF version"],
  [32, 4, 0, "An object file has no program headers"],
  [36, 4, 0, "An object file has no program headers"],
  [52, 2, HEADER_BYTES, "ELF header of another size"],
  [56, 2, 0, "An object file has no program headers"],
  [58, 2, SECTION_HEADER_BYTES, "Section headers of another size"],
];

/** What ebpf-for-windows' libs/elf_spec/Elf.3d checks of the header, and that the file is an object for BPF. */
function checkHeader(file: Span): void {
  if (file.length < HEADER_BYTES) file.fail(`Too short for an ELF file (${file.length} bytes)`, 0);
  for (const [offset, bytes, value, otherwise] of fixedFields) {
    const found = bytes === 1 ? file.u8(offset) : bytes === 2 ? file.u16(offset) : file.u32(offset);
    if (found !== value) file.fail(otherwise, offset);
  }
  if (file.u8(7) > LAST_OS_ABI) file.fail(`Unknown operating system ABI ${file.u8(7)}`, 7);
  const machine = file.u16(18);
  if (machine !== MACHINE_BPF && machine !== MACHINE_NONE) file.fail(`Not made for BPF (ELF machine ${machine})`, 18);
}

function readSections(file: Span, platform: Platform): readonly Section[] {
  const table = file.u64(40);
  if (table === 0) file.fail("No section header table", 40);
  if (table > file.length - SECTION_HEADER_BYTES) file.fail("Section header table lies outside the file", 40);
  // Numbers that do not fit 16 bits are kept in the first, otherwise empty, header.
  const count = file.u16(60) === 0 ? file.u64(table + 32) : file.u16(60);
  if (count > (file.length - table) / SECTION_HEADER_BYTES) file.fail(`Section header table of ${count} entries`, 60);
  if (platform === "windows" && table + count * SECTION_HEADER_BYTES !== file.length) {
    file.fail("Bytes behind the section header table, which Windows refuses", table + count * SECTION_HEADER_BYTES);
  }
  const nameIndex = file.u16(62) === INDEX_ESCAPE ? file.u32(table + 40) : file.u16(62);
  if (nameIndex >= count) file.fail(`Section names in section ${nameIndex} of ${count}`, 62);
  const names = new StringTable(sectionSpan(file, table + nameIndex * SECTION_HEADER_BYTES, undefined));

  const sections: Section[] = [];
  let total = 0;
  for (let index = 0; index < count; index++) {
    const header = table + index * SECTION_HEADER_BYTES;
    const name = names.atOrEmpty(file.u32(header), { span: file, offset: header });
    if (platform === "windows" && file.u32(header + 40) >= count)
      file.fail(`Link to section ${file.u32(header + 40)} of ${count}`, header + 40);
    const data = sectionSpan(file, header, name);
    // Sections of honest files do not overlap; unbounded overlap would make a small file large.
    total += data.length;
    if (total > MAX_OVERLAP * file.length) file.fail("Sections overlap", header);
    const type = file.u32(header + 4);
    sections.push({
      index,
      name,
      type,
      flags: file.u64(header + 8),
      size: type === SectionType.NOBITS ? file.u64(header + 32) : data.length,
      data,
      link: file.u32(header + 40),
      info: file.u32(header + 44),
      entrySize: file.u64(header + 56),
      headerOffset: header,
    });
  }
  return sections;
}

function sectionSpan(file: Span, header: number, name: string | undefined): Span {
  const type = file.u32(header + 4);
  if (type === SectionType.NOBITS || type === SectionType.NULL) return new Span(new Uint8Array(0), name);
  const what = name === undefined ? "Table of section names" : `Section ${JSON.stringify(name.slice(0, 80))}`;
  const [offset, size] = [file.u64(header + 24), file.u64(header + 32)];
  if (offset > file.length || size > file.length - offset) file.fail(`${what} lies outside the file`, header);
  return new Span(file.view(offset, size, what), name);
}

const SYMBOLS_PER_PAUSE = 1024;

function* readSymbols(sections: readonly Section[], table: Section, file: Span): Work<readonly ElfSymbol[]> {
  const { data } = table;
  if (table.entrySize !== SYMBOL_BYTES) file.fail(`Symbols of ${table.entrySize} bytes`, table.headerOffset + 56);
  if (data.length % SYMBOL_BYTES !== 0) {
    file.fail(`Symbol table of ${data.length} bytes, not a multiple of ${SYMBOL_BYTES}`, table.headerOffset + 32);
  }
  const strings = sections[table.link];
  if (strings === undefined || strings.type === SectionType.NOBITS) {
    return file.fail(`Symbol names in section ${table.link}`, table.headerOffset + 40);
  }
  const names = new StringTable(strings.data);
  const symbols: ElfSymbol[] = [];
  for (let offset = 0; offset < data.length; offset += SYMBOL_BYTES) {
    const info = data.u8(offset + 4);
    symbols.push({
      name: names.atOrEmpty(data.u32(offset), { span: data, offset }),
      type: info & 0xf,
      binding: info >> 4,
      section: data.u16(offset + 6),
      value: data.u64(offset + 8),
      size: data.u64(offset + 16),
    });
    if (symbols.length % SYMBOLS_PER_PAUSE === 0) yield;
  }
  return symbols;
}
