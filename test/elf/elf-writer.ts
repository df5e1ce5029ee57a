/** Builds small ELF objects for tests: 64-bit, little-endian, relocatable, machine BPF. */
export interface WrittenSection {
  readonly name: string;
  readonly type?: number;
  readonly flags?: number;
  readonly bytes?: Uint8Array;
  /** For sections without bytes of their own. */
  readonly size?: number;
  readonly link?: number;
  readonly info?: number;
  readonly entrySize?: number;
}

export interface WrittenSymbol {
  readonly name: string;
  /** Name of its section; undefined for an undefined symbol. */
  readonly section?: string;
  readonly value?: number;
  readonly size?: number;
  /** STT_*: FUNC if absent. */
  readonly type?: number;
  readonly binding?: number;
}

export interface WrittenRelocation {
  /** Bytes from the start of `section`. */
  readonly offset: number;
  readonly type: number;
  readonly symbol: string;
}

export interface WrittenObject {
  readonly sections: readonly WrittenSection[];
  readonly symbols?: readonly WrittenSymbol[];
  /** By the name of the section they apply to. */
  readonly relocations?: Readonly<Record<string, readonly WrittenRelocation[]>>;
}

const PROGBITS = 1;
const SYMTAB = 2;
const STRTAB = 3;
const REL = 9;
const NOBITS = 8;
export const CODE_FLAGS = 0x6;

class Strings {
  #bytes: number[] = [0];

  add(text: string): number {
    if (text === "") return 0;
    const at = this.#bytes.length;
    this.#bytes.push(...new TextEncoder().encode(text), 0);
    return at;
  }

  get bytes(): Uint8Array {
    return Uint8Array.from(this.#bytes);
  }
}

export function writeElf({ sections, symbols = [], relocations = {} }: WrittenObject): Uint8Array {
  const names = ["", ...sections.map((section) => section.name)];
  const strings = new Strings();
  const table = new DataView(new ArrayBuffer(24 * (symbols.length + 1)));
  symbols.forEach((symbol, index) => {
    const at = 24 * (index + 1);
    table.setUint32(at, strings.add(symbol.name), true);
    table.setUint8(at + 4, ((symbol.binding ?? 1) << 4) | (symbol.type ?? 2));
    table.setUint16(at + 6, symbol.section === undefined ? 0 : names.indexOf(symbol.section), true);
    table.setBigUint64(at + 8, BigInt(symbol.value ?? 0), true);
    table.setBigUint64(at + 16, BigInt(symbol.size ?? 0), true);
  });
  const relocated = Object.entries(relocations).map(([target, entries]): WrittenSection => {
    const view = new DataView(new ArrayBuffer(16 * entries.length));
    entries.forEach(({ offset, type, symbol }, index) => {
      view.setBigUint64(16 * index, BigInt(offset), true);
      view.setUint32(16 * index + 8, type, true);
      view.setUint32(16 * index + 12, symbols.findIndex((one) => one.name === symbol) + 1, true);
    });
    const info = names.indexOf(target);
    const link = sections.length + 1;
    return { name: `.rel${target}`, type: REL, bytes: new Uint8Array(view.buffer), entrySize: 16, link, info };
  });
  const all: WrittenSection[] = [
    { name: "", type: 0 },
    ...sections,
    {
      name: ".symtab",
      type: SYMTAB,
      bytes: new Uint8Array(table.buffer),
      entrySize: 24,
      link: sections.length + 2,
    },
    { name: ".strtab", type: STRTAB, bytes: strings.bytes },
    ...relocated,
  ];
  const sectionNames = new Strings();
  const nameOffsets = all.map((section) => sectionNames.add(section.name));
  const namesAt = sectionNames.add(".shstrtab");
  all.push({ name: ".shstrtab", type: STRTAB, bytes: sectionNames.bytes });
  nameOffsets.push(namesAt);

  const body = all.reduce((sum, section) => sum + (section.bytes?.length ?? 0), 64);
  const out = new Uint8Array(body + 64 * all.length);
  const view = new DataView(out.buffer);
  out.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]);
  view.setUint16(16, 1, true);
  view.setUint16(18, 247, true);
  view.setUint32(20, 1, true);
  view.setBigUint64(40, BigInt(body), true);
  view.setUint16(52, 64, true);
  view.setUint16(58, 64, true);
  view.setUint16(60, all.length, true);
  view.setUint16(62, all.length - 1, true);
  let offset = 64;
  all.forEach((section, index) => {
    const header = body + 64 * index;
    const bytes = section.bytes ?? new Uint8Array(0);
    out.set(bytes, offset);
    view.setUint32(header, nameOffsets[index] ?? 0, true);
    view.setUint32(header + 4, section.type ?? PROGBITS, true);
    view.setBigUint64(header + 8, BigInt(section.flags ?? 0), true);
    view.setBigUint64(header + 24, BigInt(offset), true);
    view.setBigUint64(header + 32, BigInt(section.type === NOBITS ? (section.size ?? 0) : bytes.length), true);
    view.setUint32(header + 40, section.link ?? 0, true);
    view.setUint32(header + 44, section.info ?? 0, true);
    view.setBigUint64(header + 56, BigInt(section.entrySize ?? 0), true);
    offset += bytes.length;
  });
  return out;
}

/** Code from words of hexadecimal, 8 bytes each as a listing shows them: `"b700000001000000"`. */
export function code(...slots: readonly string[]): Uint8Array {
  return Uint8Array.from(Buffer.from(slots.join("").replaceAll(" ", ""), "hex"));
}

/** Little-endian 32-bit words. */
export function words(...values: readonly number[]): Uint8Array {
  const view = new DataView(new ArrayBuffer(4 * values.length));
  values.forEach((value, index) => {
    view.setUint32(4 * index, value >>> 0, true);
  });
  return new Uint8Array(view.buffer);
}
