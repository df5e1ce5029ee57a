import { describe, expect, test } from "vitest";
import { parse } from "../../src/elf/index.ts";
import { BtfWriter } from "./btf-writer.ts";
import { CODE_FLAGS, code, words, writeElf } from "./elf-writer.ts";
import { quickly } from "./quickly.ts";
import { refusal } from "./refusal.ts";

const EXIT = "9500000000000000";
const MEBIBYTE = 1024 * 1024;

const program = { name: "xdp", flags: CODE_FLAGS, bytes: code(EXIT) };

describe("objects made to be expensive", () => {
  test("given 5,000 maps of one struct with 5,000 members, then reading them is linear", () => {
    const btf = new BtfWriter();
    const int = btf.int("int", 4, 1);
    const number = btf.pointer(btf.array(int, 1));
    const members = Array.from(
      { length: 5000 },
      (_, index) => [index === 0 ? "type" : `m${index}`, number, index * 64] as const,
    );
    const struct = btf.struct("huge", 40_000, members);
    btf.section(
      ".maps",
      Array.from({ length: 5000 }, (_, index) => [btf.variable(`map${index}`, struct), index, 1] as const),
    );
    const file = writeElf({
      sections: [program, { name: ".maps", bytes: new Uint8Array(8) }, { name: ".BTF", bytes: btf.bytes }],
    });
    expect(quickly(() => parse(file)).maps).toHaveLength(5000);
  });

  test("given a chain of 100,000 typedefs, then it leads nowhere", () => {
    const btf = new BtfWriter();
    for (let id = 1; id <= 100_000; id++) btf.add(8, "", id + 1);
    btf.section(".maps", [[btf.variable("m", 1), 0, 8]]);
    const file = writeElf({
      sections: [program, { name: ".maps", bytes: new Uint8Array(8) }, { name: ".BTF", bytes: btf.bytes }],
    });
    expect(refusal(() => quickly(() => parse(file))).message).toContain("leads nowhere");
  });

  test("given a typedef of itself as a map's key, then its size cannot be told", () => {
    const btf = new BtfWriter();
    const int = btf.int("int", 4, 1);
    const number = btf.pointer(btf.array(int, 1));
    const loop = btf.add(8, "loop", 4);
    const struct = btf.struct("", 16, [
      ["type", number, 0],
      ["key", btf.pointer(loop), 64],
    ]);
    btf.section(".maps", [[btf.variable("m", struct), 0, 8]]);
    expect(loop).toBe(4);
    const file = writeElf({
      sections: [program, { name: ".maps", bytes: new Uint8Array(8) }, { name: ".BTF", bytes: btf.bytes }],
    });
    expect(refusal(() => parse(file)).section).toBe(".BTF");
  });

  test("given counts that the bytes cannot hold, then they are refused", () => {
    const ext = words(0x0001_eb9f, 24, 0, 0, 0, 16, 16, 1, 0xffff_ffff, 0);
    const btf = new BtfWriter();
    btf.int("int", 4);
    btf.string("xdp");
    const file = writeElf({
      sections: [program, { name: ".BTF", bytes: btf.bytes }, { name: ".BTF.ext", bytes: ext }],
    });
    expect(refusal(() => parse(file)).section).toBe(".BTF.ext");
  });

  test("given functions that share their code up to the limit, with a source line each, then memory is bounded", () => {
    const COUNT = 1000;
    const btf = new BtfWriter();
    const text = [btf.string("xdp"), btf.string("a.c"), btf.string("a line of text")];
    const lines = Array.from({ length: COUNT }, (_, slot) => [slot * 8, text[1] ?? 0, text[2] ?? 0, 1 << 10]).flat();
    const body = words(16, text[0] ?? 0, COUNT, ...lines);
    const ext = Uint8Array.from([...words(0x0001_eb9f, 24, 0, 0, 0, body.length), ...body]);
    const slots = Array.from({ length: COUNT }, (_, slot) => {
      const distance = Math.max(COUNT - 2 - slot, 0);
      return slot === COUNT - 1
        ? EXIT
        : Buffer.from(Uint8Array.of(5, 0, distance & 255, distance >> 8, 0, 0, 0, 0)).toString("hex");
    });
    const file = writeElf({
      sections: [
        { name: "xdp", flags: CODE_FLAGS, bytes: code(...slots) },
        { name: ".BTF", bytes: btf.bytes },
        { name: ".BTF.ext", bytes: ext },
      ],
      symbols: slots.map((_, slot) => ({ name: `f${slot}`, section: "xdp", value: slot * 8 })),
    });
    const before = process.memoryUsage();
    const spec = quickly(() => parse(file));
    const after = process.memoryUsage();
    expect(spec.programs).toHaveLength(COUNT);
    expect(after.heapUsed + after.arrayBuffers - before.heapUsed - before.arrayBuffers).toBeLessThan(256 * MEBIBYTE);
  });
});
