import { type Container, type ElfSymbol, type Section, SectionType } from "./container.ts";

/** R_BPF_* (Linux' Documentation/bpf/llvm_reloc.rst). */
export const RelocationType = { NONE: 0, R64_64: 1, ABS64: 2, ABS32: 3, NODYLD32: 4, R64_32: 10 } as const;

export interface Relocation {
  /** Bytes from the start of the section that is relocated. */
  readonly offset: number;
  readonly type: number;
  readonly symbol: ElfSymbol;
  /** `RELA` sections only; `REL` sections keep the addend in the relocated bytes. */
  readonly addend: number | undefined;
  /** Where the entry itself is, for messages. */
  readonly entry: { readonly section: Section; readonly offset: number };
}

/** Every relocation, by the index of the section that it applies to, in the order of the file. */
export function readRelocations(container: Container): (section: Section) => readonly Relocation[] {
  const tables = new Map<number, Section[]>();
  for (const section of container.sections) {
    if (section.type !== SectionType.REL && section.type !== SectionType.RELA) continue;
    const list = tables.get(section.info);
    if (list === undefined) tables.set(section.info, [section]);
    else list.push(section);
  }
  // Debug information has by far the most relocations and nobody asks for them: read on demand.
  return (section) => (tables.get(section.index) ?? []).flatMap((table) => readTable(container, table));
}

function readTable(container: Container, table: Section): readonly Relocation[] {
  const { data } = table;
  const rela = table.type === SectionType.RELA;
  const size = rela ? 24 : 16;
  if (table.entrySize !== size || data.length % size !== 0) {
    container.file.fail(`Malformed relocation section`, table.headerOffset);
  }
  const relocations: Relocation[] = [];
  for (let offset = 0; offset < data.length; offset += size) {
    const type = data.u32(offset + 8);
    const index = data.u32(offset + 12);
    if (type === RelocationType.NONE && index === 0) continue;
    const symbol = container.symbols[index];
    if (symbol === undefined) return data.fail(`Relocation with symbol ${index}, which is not there`, offset);
    relocations.push({
      offset: data.u64(offset),
      type,
      symbol,
      addend: rela ? data.i64(offset + 16) : undefined,
      entry: { section: table, offset },
    });
  }
  return relocations;
}
