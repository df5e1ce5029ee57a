import { assemble } from "../../src/isa/index.ts";

const repeat = (count: number, text: (i: number) => string): string =>
  Array.from({ length: count }, (_, i) => text(i)).join("");

/** Programs of about `size` instructions, by shape. Verified as `xdp`; all pass. */
export const SHAPES: Readonly<Record<string, (size: number) => Uint8Array>> = {
  "straight line": (size) => assemble(`mov %r0, 0\n${repeat(size / 2, () => "add %r0, 1\nxor %r0, 3\n")}exit\n`),
  "ladder of branches": (size) =>
    assemble(
      `ldxw %r2, [%r1+24]\nmov %r0, 0\n${repeat(size / 3, (i) => `jeq %r2, ${i}, l${i}\nadd %r0, 1\nl${i}: mov %r3, ${i}\n`)}exit\n`,
    ),
  "helper calls": (size) =>
    assemble(`mov %r6, 0\n${repeat(size / 2, () => "call 6\nadd %r6, %r0\n")}mov %r0, 0\nexit\n`),
  "packet checks": (size) =>
    assemble(
      `ldxdw %r2, [%r1]\nldxdw %r3, [%r1+8]\nmov %r0, 0\n${repeat(
        size / 4,
        (i) => `mov %r4, %r2\nadd %r4, ${(i % 1000) + 1}\njgt %r4, %r3, out\nldxb %r5, [%r4-1]\n`,
      )}out: mov %r0, 0\nexit\n`,
    ),
  "stack cells": (size) =>
    assemble(
      `mov %r2, 1\n${repeat(60, (i) => `stxdw [%r10-${8 * (i + 1)}], %r2\n`)}${repeat(
        size / 2,
        (i) => `stdw [%r10-${8 * ((i % 60) + 1)}], ${i}\nldxdw %r2, [%r10-${8 * (((i * 7) % 60) + 1)}]\n`,
      )}mov %r0, 0\nexit\n`,
    ),
};

/** Stack bytes, all different on the two ways to a merge, `merges` times over. */
export function storesThatMeet(bytes: number, merges: number): Uint8Array {
  const stores = (factor: number): string =>
    repeat(bytes, (i) => `stb [%r10-${i + 1}], ${(i * factor + factor) & 127}\n`);
  const merge = (k: number): string =>
    `jeq %r2, ${k}, b${k}\n${stores(1)}ja e${k}\nb${k}:\n${stores(7)}e${k}: mov %r0, 0\n`;
  return assemble(`ldxw %r2, [%r1+24]\nmov %r0, 0\n${repeat(merges, merge)}exit\n`);
}

/** `depth` loops, one in another. */
export function nestedLoops(depth: number): Uint8Array {
  const heads = repeat(depth, (i) => `l${i}: add %r0, 1\n`);
  const ends = repeat(depth, (i) => `jeq %r0, ${i}, l${depth - 1 - i}\n`);
  return assemble(`mov %r0, 0\n${heads}${ends}mov %r0, 0\nexit\n`);
}

/** `count` loops, one after another. */
export function loopsInARow(count: number): Uint8Array {
  const loop = (i: number): string => `mov %r2, 0\nl${i}: add %r2, 1\njlt %r2, 4, l${i}\n`;
  return assemble(`mov %r0, 0\n${repeat(count, loop)}exit\n`);
}
