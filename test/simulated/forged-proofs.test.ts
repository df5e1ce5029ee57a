import fc from "fast-check";
import { expect, it } from "vitest";
import type { Handle } from "../../src/engine/index.ts";
import { EbpfError } from "../../src/errors.ts";
import { assemble } from "../../src/isa/index.ts";
import { MapType, programTypes } from "../../src/platform/index.ts";
import { Kernel, SimulatedEngine } from "../../src/simulated/index.ts";
import { hashOfProgram, type ProvenAccess, type ProvenRegion } from "../../src/spec/index.ts";

/**
 * Takes the packet for a list of addresses and values: writes each value to its address and reads it back, calls helpers
 * that walk the kernel's own tables in between, and a function that calls itself: its return places lie in memory.
 */
const WILD = `
  mov %r9, %r1
  ldxdw %r6, [%r9+0]
  ldxdw %r7, [%r9+8]
  mov %r0, 0
next:
  mov %r8, %r6
  add %r8, 16
  jgt %r8, %r7, out
  ldxdw %r1, [%r6+0]
  ldxdw %r2, [%r6+8]
  mov %r3, 2
  call local down
  add %r6, 16
  lddw.map %r1, 0
  stw [%r10-4], 1
  mov %r2, %r10
  add %r2, -4
  call 1
  jeq %r0, 0, next
  ldxdw %r1, [%r0+0]
  add %r1, 1
  stxdw [%r0+0], %r1
  ja next
out:
  mov %r0, 1
  exit
down:
  stxdw [%r1+0], %r2
  ldxw %r4, [%r1+4]
  jeq %r3, 0, up
  sub %r3, 1
  call local down
up:
  lock fetch add [%r1+8], %r2
  mov %r0, %r4
  exit`;

const LDDW = 0x18;
const REGIONS: readonly ProvenRegion[] = ["stack", "context", "packet", "map-value"];
const MEMORY = 16 * 1024 * 1024;

/** Slots of loads, stores and atomic operations: classes 1 to 3 of RFC 9669 section 3, but `lddw` is of class 0. */
function accessSlots(code: Uint8Array): number[] {
  const slots: number[] = [];
  for (let slot = 0; slot * 8 < code.length; slot++) {
    const opcode = code[slot * 8] ?? 0;
    if ([1, 2, 3].includes(opcode & 7)) slots.push(slot);
    if (opcode === LDDW) slot++;
  }
  return slots;
}

class World {
  readonly kernel = new Kernel({ engine: "compiled", limits: { instructions: 100_000 } });
  readonly engine = new SimulatedEngine(this.kernel, "test");
  readonly map: Handle;
  readonly key = Uint8Array.of(1, 0, 0, 0);

  constructor(type: number) {
    this.map = this.engine.createMap({ name: "map", type, keySize: 4, valueSize: 8, maxEntries: 16 });
    this.engine.update(this.map, this.key, new Uint8Array(8), 0);
  }

  async load(text: string, accesses: (slots: readonly number[]) => readonly ProvenAccess[]): Promise<Handle> {
    const code = assemble(text);
    const slot = [...code.keys()].find((at) => at % 8 === 0 && code[at] === LDDW);
    const maps = slot === undefined ? [] : [{ slot: slot / 8, map: this.map }];
    const { type, keySize, valueSize, maxEntries } = this.engine.mapInfo(this.map);
    const program = hashOfProgram({
      platform: "windows",
      type: "xdp",
      context: programTypes.find(({ name }) => name === "xdp")?.context,
      code,
      maps: maps.map((each) => ({ slot: each.slot, type, keySize, valueSize, maxEntries, offset: undefined })),
    });
    const proof = { program, accesses: accesses(accessSlots(code)) };
    return await this.engine.loadProgram({ name: "wild", type: "xdp", section: "xdp", code, lines: [], maps, proof });
  }
}

/** Whatever happens, it is an answer or an error of ours. */
async function answered(work: () => unknown): Promise<unknown> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof EbpfError) return error.code;
    throw error;
  }
}

const everything = (slots: readonly number[]): ProvenAccess[] =>
  slots.map((slot) => ({ slot, regions: ["packet"], end: 0, mayBeNull: false }));

const addresses = fc.oneof(
  fc.bigInt({ min: 0n, max: BigInt(MEMORY) }),
  fc.bigInt({ min: 65_536n, max: 65_536n * 40n }),
  fc.bigInt({ min: 0n, max: (1n << 32n) - 1n }),
  fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }),
  fc.constantFrom(0n, 65_535n, BigInt(MEMORY) - 8n, BigInt(MEMORY) - 1n, BigInt(MEMORY), 0xffff_ffffn, -1n, -8n),
);
const values = fc.oneof(
  fc.constantFrom(0n, 1n, -1n, 0x7fff_ffffn, 0x8000_0000n),
  fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }),
);
const writes = fc.array(fc.tuple(addresses, values), { minLength: 1, maxLength: 12 });

function packetOf(list: readonly (readonly [bigint, bigint])[]): Uint8Array {
  const data = new Uint8Array(list.length * 16);
  const view = new DataView(data.buffer);
  for (const [at, [address, value]] of list.entries()) {
    view.setBigUint64(at * 16, BigInt.asUintN(64, address), true);
    view.setBigUint64(at * 16 + 8, BigInt.asUintN(64, value), true);
  }
  return data;
}

it("given a program that writes anywhere and a proof that lets it, then nothing outside its kernel's memory changes", async () => {
  const other = new World(MapType.HASH);
  const before = other.kernel.memory.bytes.slice();
  await fc.assert(
    fc.asyncProperty(writes, fc.constantFrom(MapType.HASH, MapType.ARRAY, MapType.LRU_HASH), async (list, type) => {
      const world = new World(type);
      const program = await world.load(WILD, everything);
      const data = packetOf(list);
      for (let run = 0; run < 3; run++) await answered(() => world.engine.testRun(program, { data }));
      await answered(() => world.engine.testRun(program, { data, repeat: 3 }));
      await answered(() => world.engine.lookup(world.map, world.key));
      await answered(() => world.engine.update(world.map, world.key, new Uint8Array(8), 0));
      // It is compiled with the proof, or none of this says anything.
      const { engine, unproven, checks } = world.engine.tierOf(program);
      expect([engine, unproven, checks?.checked]).toEqual(["compiled", undefined, 0]);
      await answered(() => world.engine.close(program));
    }),
    { numRuns: 60 },
  );
  expect(Buffer.compare(other.kernel.memory.bytes, before)).toBe(0);
}, 60_000);

it("given proofs of anything, then runs end in an answer or an error of ours", async () => {
  const claim = fc.record({
    regions: fc.subarray([...REGIONS], { minLength: 1 }),
    end: fc.oneof(fc.integer({ min: -10, max: 70_000 }), fc.constantFrom(2 ** 32, -(2 ** 32))),
    mayBeNull: fc.boolean(),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(fc.option(claim), { minLength: 20, maxLength: 20 }), writes, async (claims, list) => {
      const world = new World(MapType.ARRAY);
      const program = await world.load(WILD, (slots) =>
        slots.flatMap((slot, at) => {
          const one = claims[at];
          return one === null || one === undefined ? [] : [{ slot, ...one }];
        }),
      );
      const data = packetOf(list);
      for (let run = 0; run < 3; run++) await answered(() => world.engine.testRun(program, { data }));
      expect(world.engine.tierOf(program).unproven).toBeUndefined();
    }),
    { numRuns: 40 },
  );
}, 60_000);

it("given a forged proof and an address outside of the memory, then the run faults, alone and in a series", async () => {
  const world = new World(MapType.ARRAY);
  const program = await world.load(WILD, everything);
  const data = packetOf([[BigInt(0xffff_fff0), 1n]]);
  for (const repeat of [1, 1, 1, 2]) {
    await expect(world.engine.testRun(program, { data, repeat })).rejects.toMatchObject({ code: "EBPF_FAULT" });
  }
  // The kernel goes on.
  expect((await world.engine.testRun(program, { data: new Uint8Array(8) })).returnValue).toBe(1);
});

it("given an endless loop that a forged proof lets write over all of the memory, then it ends", async () => {
  const world = new World(MapType.ARRAY);
  const text = `mov %r0, 0\nagain: stxdw [%r0+0], %r0\nadd %r0, 8\nand %r0, ${MEMORY - 1}\nja again`;
  const program = await world.load(text, everything);
  // Where too little of the budget is left, the interpreter goes on, which believes no proof.
  const code = await answered(() => world.engine.testRun(program, { data: new Uint8Array(8) }));
  expect(["EBPF_BUDGET_EXCEEDED", "EBPF_FAULT"]).toContain(code);
});
