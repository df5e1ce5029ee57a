import { describe, expect, test } from "vitest";
import { parse } from "../../src/elf/index.ts";
import { CODE_FLAGS, code, writeElf } from "./elf-writer.ts";
import { refusal } from "./refusal.ts";

const RETURN_1 = code("b700000001000000", "9500000000000000");
const valid = (): Uint8Array =>
  writeElf({
    sections: [{ name: "xdp", flags: CODE_FLAGS, bytes: RETURN_1 }],
    symbols: [{ name: "pass", section: "xdp" }],
  });

function changed(...bytes: readonly (readonly [at: number, value: number])[]): Uint8Array {
  const copy = valid();
  for (const [at, value] of bytes) copy[at] = value;
  return copy;
}

describe("an object file's container", () => {
  test("given a minimal object, then its program is read", () => {
    const { programs, maps, btf, license } = parse(valid());
    expect(programs).toMatchObject([{ name: "pass", section: "xdp", type: "xdp", references: [], lines: [] }]);
    expect(programs[0]?.code).toEqual(RETURN_1);
    expect([maps, btf, license]).toEqual([[], undefined, undefined]);
  });

  test("given a Buffer inside a larger one, then it is read and left as it was", () => {
    const bytes = valid();
    const pool = Buffer.alloc(bytes.length + 64, 0xee);
    pool.set(bytes, 24);
    const before = Buffer.from(pool);
    expect(parse(pool.subarray(24, 24 + bytes.length)).programs).toHaveLength(1);
    expect(pool.equals(before)).toBe(true);
  });

  test("given machine 0, then it is read like machine BPF", () => {
    expect(parse(changed([18, 0])).programs).toHaveLength(1);
  });

  test.each([
    ["not an ELF file", 0, 0x7e, "Not an ELF file"],
    ["32 bits", 4, 1, "64-bit"],
    ["big-endian", 5, 2, "little-endian"],
    ["another version", 6, 2, "version"],
    ["padding in use", 15, 1, "Padding"],
    ["an executable", 16, 2, "relocatable"],
    ["another machine", 18, 62, "Not made for BPF"],
    ["program headers", 32, 64, "program headers"],
    ["short section headers", 58, 40, "Section headers"],
    ["more sections than bytes", 61, 0x7f, "Section header table"],
    ["names in no section", 62, 99, "Section names"],
  ])("given %s, then it is refused at its place", (_, at, value, message) => {
    const error = refusal(() => parse(changed([at, value])));
    expect(error.message).toContain(message);
    expect(error).toMatchObject({ code: "EBPF_INVALID_OBJECT", section: undefined });
    expect(Math.abs(error.offset - at)).toBeLessThan(8);
  });

  test("given any prefix of an object, then it is refused", () => {
    const bytes = valid();
    for (let length = 0; length < bytes.length; length++) refusal(() => parse(bytes.subarray(0, length)));
  });

  test("given bytes behind the section headers, then Windows refuses them and Linux does not", () => {
    const longer = Uint8Array.from([...valid(), 0]);
    expect(refusal(() => parse(longer)).message).toContain("behind the section header table");
    expect(parse(longer, { platform: "linux" }).programs).toHaveLength(1);
  });

  test("given sections that overlap many times, then the small file does not become a large one", () => {
    const bytes = new Uint8Array(64 * 1024);
    const sections = Array.from({ length: 400 }, (_, index) => ({
      name: `.rodata.${index}`,
      bytes: bytes.subarray(0, 8),
    }));
    const file = writeElf({
      sections: [...sections, { name: "xdp", flags: CODE_FLAGS, bytes: RETURN_1 }, { name: "x", bytes }],
    });
    const view = new DataView(file.buffer);
    const table = Number(view.getBigUint64(40, true));
    for (let index = 1; index <= 400; index++) {
      view.setBigUint64(table + 64 * index + 24, 64n, true);
      view.setBigUint64(table + 64 * index + 32, BigInt(file.length - 64), true);
    }
    expect(refusal(() => parse(file)).message).toContain("overlap");
  });

  test("given no executable section, then it is refused, as Windows does", () => {
    expect(refusal(() => parse(writeElf({ sections: [] }))).message).toContain("No executable sections");
  });

  test("given code that is not whole instructions, then the section is named", () => {
    const file = writeElf({ sections: [{ name: "bind", flags: CODE_FLAGS, bytes: RETURN_1.subarray(0, 12) }] });
    expect(refusal(() => parse(file))).toMatchObject({ section: "bind", offset: 12 });
  });
});
