import { words } from "./elf-writer.ts";

/** Builds BTF for tests: add types in order, the first gets id 1. */
export class BtfWriter {
  readonly #strings: number[] = [0];
  readonly #offsets = new Map<string, number>([["", 0]]);
  readonly #types: number[] = [];
  #count = 0;

  string(text: string): number {
    const known = this.#offsets.get(text);
    if (known !== undefined) return known;
    const at = this.#strings.length;
    this.#offsets.set(text, at);
    this.#strings.push(...new TextEncoder().encode(text), 0);
    return at;
  }

  /** A raw record: kind number, name, size or type, then the kind's own words. Returns its id. */
  add(kind: number, name: string, sizeOrType: number, body: readonly number[] = [], count = 0, flag = false): number {
    const info = (((flag ? 0x80 : 0) | kind) * 0x100_0000 + count) >>> 0;
    this.#types.push(...words(this.string(name), info, sizeOrType, ...body));
    this.#count += 1;
    return this.#count;
  }

  int(name: string, bytes: number, encoding = 0): number {
    return this.add(1, name, bytes, [((encoding << 24) | (bytes * 8)) >>> 0]);
  }

  pointer(type: number): number {
    return this.add(2, "", type);
  }

  array(type: number, length: number): number {
    return this.add(3, "", 0, [type, type, length]);
  }

  /** Members are name, type and bits from the start; with a width in bits, all members are bit-field style. */
  struct(
    name: string,
    bytes: number,
    members: readonly (readonly [string, number, number, number?])[],
    kind = 4,
  ): number {
    const fields = members.some(([, , , width]) => width !== undefined);
    const body = members.flatMap(([member, type, bits, width = 0]) => [
      this.string(member),
      type,
      fields ? ((width << 24) | bits) >>> 0 : bits,
    ]);
    return this.add(kind, name, bytes, body, members.length, fields);
  }

  enumeration(name: string, values: Readonly<Record<string, number>>): number {
    const entries = Object.entries(values);
    const body = entries.flatMap(([key, value]) => [this.string(key), value]);
    return this.add(6, name, 4, body, entries.length, true);
  }

  variable(name: string, type: number): number {
    return this.add(14, name, type, [1]);
  }

  /** Variables are type, offset and size. */
  section(name: string, variables: readonly (readonly [number, number, number])[]): number {
    return this.add(15, name, 0, variables.flat(), variables.length);
  }

  get bytes(): Uint8Array {
    const { length } = this.#types;
    const header = words(0x0001_eb9f, 24, 0, length, length, this.#strings.length);
    return Uint8Array.from([...header, ...this.#types, ...this.#strings]);
  }
}

/** `.BTF.ext` with CO-RE relocations of one section: instruction byte offset, type, access string, kind. */
export function writeCoreRelocations(
  btf: BtfWriter,
  section: string,
  relocations: readonly (readonly [number, number, string, number])[],
): Uint8Array {
  const body = words(
    16,
    btf.string(section),
    relocations.length,
    ...relocations.flatMap(([offset, type, access, kind]) => [offset, type, btf.string(access), kind]),
  );
  return Uint8Array.from([...words(0x0001_eb9f, 32, 0, 0, 0, 0, 0, body.length), ...body]);
}
