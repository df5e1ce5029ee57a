import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parse } from "../../../src/elf/index.ts";
import { assemble } from "../../../src/isa/index.ts";
import type { ProgramProof } from "../../../src/spec/index.ts";
import { type VerifyOptions, verify } from "../../../src/verifier/index.ts";
import { MAPS, programOf } from "../assembled.ts";
import { DIALECT_PROGRAMS } from "../dialect-programs.ts";

/** Looks up in m, 4 → 16 bytes: what is found is in r0. Slots 0 to 5. */
const LOOK_UP = "lddw.map %r1, 2\nstw [%r10-4], 0\nmov %r2, %r10\nadd %r2, -4\ncall 1\n";

async function proofOf(text: string, options: VerifyOptions = {}): Promise<ProgramProof | undefined> {
  const { object, program } = programOf(assemble(text));
  const references = text.startsWith(LOOK_UP) ? [{ slot: 0, kind: "map", map: "m" } as const] : [];
  const report = await verify(object, { ...program, references }, { proof: true, ...options });
  expect([report.verdict, report.firstError]).toEqual(["pass", undefined]);
  return report.proof;
}

const PACKET = "ldxdw %r2, [%r1+0]\nldxdw %r3, [%r1+8]\nmov %r4, %r2\nadd %r4, 14\njgt %r4, %r3, +1\n";

describe("the proof of accesses", () => {
  it("given none asked for, then there is none", async () => {
    expect(await proofOf("mov %r0, 0\nexit", { proof: false })).toBeUndefined();
  });

  it("given a program without accesses, then there is one, of nothing", async () => {
    expect((await proofOf("mov %r0, 0\nexit"))?.accesses).toEqual([]);
  });

  it("given context and packet, then each access says where it is", async () => {
    const proof = await proofOf(`${PACKET}ldxb %r5, [%r2+13]\nmov %r0, 0\nexit`);
    const place = (slot: number, region: string) => ({ slot, regions: [region], end: 0, mayBeNull: false });
    expect(proof?.accesses).toEqual([place(0, "context"), place(1, "context"), place(5, "packet")]);
  });

  it("given a place in the running frame, then nothing is said of it: it needs no proof", async () => {
    expect((await proofOf("stdw [%r10-8], 1\nldxdw %r0, [%r10-8]\nexit"))?.accesses).toEqual([]);
  });

  it("given a function that is called for the stack and for the packet, then both are named", async () => {
    const text = `mov %r6, %r1
      stdw [%r10-8], 1\nmov %r1, %r10\nadd %r1, -8\ncall local first
      ldxdw %r2, [%r6+0]\nldxdw %r3, [%r6+8]\nmov %r4, %r2\nadd %r4, 14\njgt %r4, %r3, out
      mov %r1, %r2\ncall local first
      out: mov %r0, 0\nexit
      first: ldxb %r0, [%r1+0]\nexit`;
    const last = (await proofOf(text))?.accesses.at(-1);
    expect(last).toEqual({ slot: 14, regions: ["stack", "packet"], end: 0, mayBeNull: false });
  });

  it("given a map's value that was found, then it cannot be null, and the proof says how far it is read", async () => {
    const proof = await proofOf(`${LOOK_UP}jeq %r0, 0, +1\nldxdw %r0, [%r0+8]\nmov %r0, 0\nexit`);
    expect(proof?.accesses).toEqual([{ slot: 7, regions: ["map-value"], end: 16, mayBeNull: false }]);
  });

  it("given a null pointer that something is added to, which the verifier accepts, then the proof does not believe it", async () => {
    const proof = await proofOf(`${LOOK_UP}add %r0, 8\nldxdw %r0, [%r0+0]\nmov %r0, 0\nexit`);
    expect(proof?.accesses).toEqual([{ slot: 7, regions: ["map-value"], end: 16, mayBeNull: true }]);
  });

  it("given an index that was checked, then the proof covers its whole range", async () => {
    const index = "jeq %r0, 0, +4\nldxb %r1, [%r0+0]\nand %r1, 7\nadd %r0, %r1\nldxb %r1, [%r0+8]\nmov %r0, 0\nexit";
    const proof = await proofOf(`${LOOK_UP}${index}`);
    expect(proof?.accesses.at(-1)).toMatchObject({ slot: 10, regions: ["map-value"], end: 16 });
  });

  it("given a program that only Windows 1.6 accepts, then there is none", async () => {
    const [endless] = DIALECT_PROGRAMS;
    const { object, program } = programOf(assemble(endless?.text ?? ""));
    const report = await verify(object, program, { proof: true });
    expect([report.verdict, report.warnings.length > 0, report.proof]).toEqual(["pass", true, undefined]);
  });

  it.each([
    ["larger frames", { subprogramStackSize: 1024 }],
    ["more frames", { maxCallStackFrames: 9 }],
    ["longer packets", { maxPacketSize: 100_000 }],
    ["the other byte order", { bigEndian: true }],
    ["registers other", { setupConstraints: false }],
  ])("given %s than the machine has, then there is none", async (_what, options) => {
    expect(await proofOf("mov %r0, 0\nexit", options)).toBeUndefined();
  });
});

describe("what a proof is bound to", () => {
  const text = `${LOOK_UP}mov %r0, 0\nexit`;
  const hashOf = async (change: (assembled: ReturnType<typeof programOf>) => object, options: VerifyOptions = {}) => {
    const assembled = programOf(assemble(text));
    const references = [{ slot: 0, kind: "map", map: "m" } as const];
    const object = { ...assembled.object, ...change(assembled) };
    return (await verify(object, { ...assembled.program, references }, { proof: true, ...options })).proof?.program;
  };
  const [hash, array] = MAPS;

  it("given the same twice, then it is the same", async () => {
    expect(await hashOf(() => ({}))).toMatch(/^[0-9a-f]{64}$/);
    expect(await hashOf(() => ({}))).toBe(await hashOf(() => ({})));
  });

  it.each([
    ["values of another size", { valueSize: 32 }],
    ["another number of entries", { maxEntries: 5 }],
    ["another type", { type: 6 }],
  ])("given %s in the map, then it is another", async (_what, change) => {
    const maps = [hash, { ...array, ...change }];
    expect(await hashOf(() => ({ maps }))).not.toBe(await hashOf(() => ({})));
  });

  it("given another program type, then it is another", async () => {
    expect(await hashOf(() => ({}), { type: "bind" })).not.toBe(await hashOf(() => ({})));
  });

  it("given one of our programs, then every access but those of frames is proved", async () => {
    const object = parse(readFileSync("test/programs/count_ports.o"));
    const [program] = object.programs;
    if (program === undefined) throw new Error("no program");
    const { proof } = await verify(object, program, { proof: true });
    expect(proof?.accesses.length).toBe(accessesIn(program.code));
  });
});

const LOAD = 1;
const STORES = [2, 3];
const FRAME = 10;

/** Loads and stores through other registers than r10; classes as RFC 9669 section 3 numbers them. */
function accessesIn(code: Uint8Array): number {
  let count = 0;
  for (let at = 0; at < code.length; at += 8) {
    const registers = code[at + 1] ?? 0;
    const kind = (code[at] ?? 0) & 7;
    if (kind === LOAD && registers >> 4 !== FRAME) count++;
    if (STORES.includes(kind) && (registers & 15) !== FRAME) count++;
  }
  return count;
}
