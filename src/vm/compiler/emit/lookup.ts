import type { ArrayTable, HashTable, Hot, LookupTable, PerCpu } from "../../lookup-table.ts";
import type { Node } from "../analysis/graph.ts";
import { Code, type, wasm } from "../encoder/index.ts";
import type { Unit } from "../unit.ts";
import type { Body } from "./body.ts";
import { emitHelperCall } from "./call.ts";

const KEY_REGISTER = 2;
/** In an entry: next entry's address at 0, then these. */
const HASH = 4;
const VALUE = 8;
const MARK = 12;
const KEY = 16;
/** Entries of one bucket that are looked at: without checks, a program could tie a chain into a ring. */
const LONGEST_CHAIN = 1 << 20;

const keyLoads: ReadonlyMap<number, number> = new Map([
  [1, wasm.i32Load8U],
  [2, wasm.i32Load16U],
]);

/** From the first CPU's value, whose address is on the stack, to that of the one that runs. */
function emitOwnSlot(code: Code, perCpu: PerCpu | undefined): void {
  if (perCpu === undefined) return;
  code.i32(0);
  code.access(wasm.i32Load, perCpu.word);
  code.i32(perCpu.stride);
  code.op(wasm.i32Mul);
  code.op(wasm.i32Add);
}

function emitArrayLookup(body: Body, node: Node, table: ArrayTable): void {
  const { code, locals } = body;
  body.get(KEY_REGISTER, node.instance);
  code.op(wasm.i32WrapI64);
  code.access(keyLoads.get(table.keySize) ?? wasm.i32Load, 0);
  code.tee(locals.address);
  code.i32(table.entries);
  code.op(wasm.i32LtU);
  code.open(wasm.if, type.i64);
  code.get(locals.address);
  code.i32(table.stride);
  code.op(wasm.i32Mul);
  code.i32(table.values);
  code.op(wasm.i32Add);
  emitOwnSlot(code, table.perCpu);
  code.op(wasm.i64ExtendI32U);
  code.otherwise();
  code.i64(0);
  code.end();
  body.set(0);
}

/** `(key, key size, seed, buckets, mask)`: address of the entry, or 0. */
export const FIND_PARAMETERS = Array.from({ length: 5 }, () => type.i32);
const find = { key: 0, keySize: 1, seed: 2, buckets: 3, mask: 4, at: 5, hash: 6, entry: 7, left: 8 } as const;
/** Locals behind the parameters. */
export const FIND_LOCALS = [[4, type.i32]] as const;

/** `hash ^ (hash >>> by)`, the hash on the stack and in its local. */
function fold(code: Code, by: number): void {
  code.get(find.hash);
  code.get(find.hash);
  code.i32(by);
  code.op(wasm.i32ShrU);
  code.op(wasm.i32Xor);
}

/** The kernel's hash of a key (hash-table.ts of the simulated kernel): multiply and rotate a byte at a time, mix. */
function emitHash(code: Code): void {
  code.get(find.seed);
  code.set(find.hash);
  const loop = code.open(wasm.loop, type.none);
  code.get(find.hash);
  code.get(find.key);
  code.get(find.at);
  code.op(wasm.i32Add);
  code.access(wasm.i32Load8U, 0);
  code.op(wasm.i32Xor);
  code.i32(0x0100_0193);
  code.op(wasm.i32Mul);
  code.i32(13);
  code.op(wasm.i32Rotl);
  code.set(find.hash);
  code.get(find.at);
  code.i32(1);
  code.op(wasm.i32Add);
  code.tee(find.at);
  code.get(find.keySize);
  code.op(wasm.i32LtU);
  code.brIf(loop);
  code.end();
  fold(code, 16);
  code.i32(0x85eb_ca6b | 0);
  code.op(wasm.i32Mul);
  code.set(find.hash);
  fold(code, 13);
  code.set(find.hash);
}

/** Goes on with the next entry unless the keys are equal; falls out of its block when they are. */
function emitCompare(code: Code, next: number): void {
  code.i32(0);
  code.set(find.at);
  const loop = code.open(wasm.loop, type.none);
  code.get(find.key);
  code.get(find.at);
  code.op(wasm.i32Add);
  code.access(wasm.i32Load8U, 0);
  code.get(find.entry);
  code.get(find.at);
  code.op(wasm.i32Add);
  code.access(wasm.i32Load8U, KEY);
  code.op(wasm.i32Ne);
  code.brIf(next);
  code.get(find.at);
  code.i32(1);
  code.op(wasm.i32Add);
  code.tee(find.at);
  code.get(find.keySize);
  code.op(wasm.i32LtU);
  code.brIf(loop);
  code.end();
}

/** The function that finds keys in hash tables, one for all of them. */
export function emitFind(): Code {
  const code = new Code();
  emitHash(code);
  code.i32(LONGEST_CHAIN);
  code.set(find.left);
  code.get(find.buckets);
  code.get(find.hash);
  code.get(find.mask);
  code.op(wasm.i32And);
  code.i32(2);
  code.op(wasm.i32Shl);
  code.op(wasm.i32Add);
  code.access(wasm.i32Load, 0);
  code.set(find.entry);
  const done = code.open(wasm.block, type.none);
  const chain = code.open(wasm.loop, type.none);
  code.get(find.entry);
  code.op(wasm.i32Eqz);
  code.brIf(done);
  const next = code.open(wasm.block, type.none);
  code.get(find.entry);
  code.access(wasm.i32Load, HASH);
  code.get(find.hash);
  code.op(wasm.i32Ne);
  code.brIf(next);
  emitCompare(code, next);
  code.get(find.entry);
  code.op(wasm.return);
  code.end();
  code.get(find.entry);
  code.access(wasm.i32Load, 0);
  code.set(find.entry);
  code.get(find.left);
  code.i32(1);
  code.op(wasm.i32Sub);
  code.tee(find.left);
  code.brIf(chain);
  code.end();
  code.end();
  code.i32(0);
  return code;
}

/** Sets the local to the entry's address, or 0. */
function emitEntry(body: Body, node: Node, table: HashTable, unit: Unit): void {
  const { code, locals } = body;
  body.get(KEY_REGISTER, node.instance);
  code.op(wasm.i32WrapI64);
  for (const value of [table.keySize, table.seed, table.buckets, table.mask]) code.i32(value);
  code.call(unit.findFunction());
  code.set(locals.address);
}

/** Pushes the address of the value of the entry. */
function emitValue(body: Body, table: HashTable): void {
  const { code, locals } = body;
  code.get(locals.address);
  code.access(wasm.i32Load, VALUE);
  emitOwnSlot(code, table.perCpu);
  code.op(wasm.i64ExtendI32U);
}

function emitHashLookup(body: Body, node: Node, table: HashTable, unit: Unit): void {
  const { code, locals } = body;
  emitEntry(body, node, table, unit);
  code.get(locals.address);
  code.open(wasm.if, type.i64);
  emitValue(body, table);
  code.otherwise();
  code.i64(0);
  code.end();
  body.set(0);
}

/** Finds out whether the entry's mark has the running CPU's bit. */
function emitIsHot({ code, locals }: Body, { word, partitions }: Hot): void {
  code.get(locals.address);
  code.access(wasm.i32Load, MARK);
  code.i32(0);
  code.access(wasm.i32Load, word);
  code.i32(partitions);
  code.op(wasm.i32RemU);
  code.op(wasm.i32ShrU);
  code.i32(1);
  code.op(wasm.i32And);
}

/** A map that remembers uses: only those are made in place that change nothing. */
function emitHotLookup(body: Body, node: Node, index: number, table: HashTable, hot: Hot): void {
  const { code, locals } = body;
  const done = code.open(wasm.block, type.none);
  const cold = code.open(wasm.block, type.none);
  emitEntry(body, node, table, body.unit);
  code.i64(0);
  body.set(0);
  code.get(locals.address);
  code.op(wasm.i32Eqz);
  code.brIf(done);
  emitIsHot(body, hot);
  code.op(wasm.i32Eqz);
  code.brIf(cold);
  emitValue(body, table);
  body.set(0);
  code.br(done);
  code.end();
  emitHelperCall(body, node, index);
  code.end();
}

/** A call of `bpf_map_lookup_elem` on a map that is known: r0 becomes the value's address, or 0. */
export function emitLookup(body: Body, node: Node, index: number, table: LookupTable): void {
  if (table.kind === "array") emitArrayLookup(body, node, table);
  else if (table.hot !== undefined) emitHotLookup(body, node, index, table, table.hot);
  else emitHashLookup(body, node, table, body.unit);
}
