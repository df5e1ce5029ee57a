import fc from "fast-check";
import { assemble } from "../../src/isa/index.ts";
import {
  type Executable,
  type HelperFunction,
  type Limits,
  link,
  Machine,
  Memory,
  type Region,
  Regions,
} from "../../src/vm/index.ts";

/** A machine beside one region of memory, which r1 points to and whose length is in r2. */
export interface Fixture {
  readonly memory: Memory;
  readonly regions: Regions;
  readonly machine: Machine;
  readonly packet: Region;
  /** Runs assembly text, machine code or a linked program; r0, unsigned 64-bit. */
  readonly run: (program: string | Uint8Array | Executable, limits?: Limits) => bigint;
}

export interface FixtureOptions {
  readonly helpers?: ReadonlyMap<number, HelperFunction>;
  /** Content of the region; 64 zeros unless given. */
  readonly content?: Uint8Array;
}

/** Limit of small kernels: many are made. */
const SMALL = 1 << 20;

export function fixture({ helpers = new Map(), content = new Uint8Array(64) }: FixtureOptions = {}): Fixture {
  const memory = new Memory({ limit: 4 * SMALL });
  const regions = new Regions();
  const machine = new Machine({ memory, regions });
  // Room on both sides, so that what lies past the ends is nothing else.
  const start = memory.allocate(content.length + 4096, "data") + 2048;
  memory.bytes.set(content, start);
  const packet = regions.add({ kind: "packet", name: "packet", start, end: start + content.length, writable: true });
  const run = (program: string | Uint8Array | Executable, limits?: Limits) => {
    const code = typeof program === "string" ? assemble(program) : program;
    machine.run(code instanceof Uint8Array ? link(code, { helpers }) : code, start, content.length, limits);
    return register(machine, 0);
  };
  return { memory, regions, machine, packet, run };
}

/** A register, unsigned 64-bit. */
export function register({ lo, hi }: Machine, r: number): bigint {
  return (BigInt(hi[r] >>> 0) << 32n) | BigInt(lo[r] >>> 0);
}

export function setRegister({ lo, hi }: Machine, r: number, value: bigint): void {
  lo[r] = Number(value & 0xffff_ffffn);
  hi[r] = Number((value >> 32n) & 0xffff_ffffn);
}

/** Numbers around which 64-bit arithmetic on 32-bit halves goes wrong, their neighbours, and any number. */
export const value64: fc.Arbitrary<bigint> = fc.oneof(
  fc
    .tuple(fc.constantFrom(0, 7, 8, 15, 16, 21, 31, 32, 33, 47, 48, 52, 53, 54, 62, 63, 64), fc.bigInt(-2n, 2n))
    .map(([bit, near]) => BigInt.asUintN(64, (1n << BigInt(bit)) + near)),
  fc.bigInt(-3n, 3n).map((near) => BigInt.asUintN(64, near)),
  fc.bigInt(0n, 0xffff_ffffn),
  fc.bigInt(0n, 0xffff_ffff_ffff_ffffn),
);

export const value32: fc.Arbitrary<number> = value64.map((value) => Number(BigInt.asIntN(32, value)));
