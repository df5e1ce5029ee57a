import type { ArrayTable, HashTable, Hot, LookupTable, PerCpu } from "../../lookup-table.ts";
import type { Node } from "../analysis/graph.ts";
import { type Code, type, wasm } from "../encoder/index.ts";
import type { Body } from "./body.ts";
import { emitHelperCall } from "./call.ts";

const KEY_REGISTER = 2;
/** In an entry: next entry's address at 0, then, among others, these. */
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

/** Pushes what is at the key, `size` bytes of it from `at` on: 1 or 4. */
function pushKey({ code, locals }: Body, at: number, size: number): void {
  code.get(locals.address);
  code.access(size === 4 ? wasm.i32Load : wasm.i32Load8U, at);
}

/** `hash ^ (hash >>> by)`, the hash on the stack; it uses the local. */
function fold({ code, locals }: Body, by: number): void {
  code.set(locals.hash);
  code.get(locals.hash);
  code.get(locals.hash);
  code.i32(by);
  code.op(wasm.i32ShrU);
  code.op(wasm.i32Xor);
}

/** Pushes the kernel's hash of the key (hash-table.ts of the simulated kernel): multiply and rotate by words, mix. */
function pushHash(body: Body, { keySize, seed }: HashTable): void {
  const { code } = body;
  code.i32(seed);
  for (let at = 0; at < keySize; ) {
    const size = keySize - at >= 4 ? 4 : 1;
    pushKey(body, at, size);
    code.op(wasm.i32Xor);
    code.i32(0x0100_0193);
    code.op(wasm.i32Mul);
    code.i32(13);
    code.op(wasm.i32Rotl);
    at += size;
  }
  fold(body, 16);
  code.i32(0x85eb_ca6b | 0);
  code.op(wasm.i32Mul);
  fold(body, 13);
}

const widths = [
  [8, wasm.i64Load, wasm.i64Ne],
  [4, wasm.i32Load, wasm.i32Ne],
  [2, wasm.i32Load16U, wasm.i32Ne],
  [1, wasm.i32Load8U, wasm.i32Ne],
] as const;

/** Goes on with the next entry unless the keys are equal. */
function emitCompare({ code, locals }: Body, keySize: number, next: number): void {
  for (let at = 0; at < keySize; ) {
    const [size, load, notEqual] = widths.find(([bytes]) => bytes <= keySize - at) ?? widths[3];
    code.get(locals.address);
    code.access(load, at);
    code.get(locals.entry);
    code.access(load, KEY + at);
    code.op(notEqual);
    code.brUnlikely(next);
    at += size;
  }
}

/**
 * Sets the entry's local to the address of the key's entry, or 0. In place, with loads as wide as the key: a call would
 * make V8 keep the registers of a loop around it in memory.
 */
function emitEntry(body: Body, node: Node, table: HashTable): void {
  const { code, locals } = body;
  body.get(KEY_REGISTER, node.instance);
  code.op(wasm.i32WrapI64);
  code.set(locals.address);
  pushHash(body, table);
  code.i32(table.mask);
  code.op(wasm.i32And);
  code.i32(2);
  code.op(wasm.i32Shl);
  code.access(wasm.i32Load, table.buckets);
  code.set(locals.entry);
  code.i32(LONGEST_CHAIN);
  code.set(locals.left);
  const done = code.open(wasm.block, type.none);
  const chain = code.open(wasm.loop, type.none);
  code.get(locals.entry);
  code.op(wasm.i32Eqz);
  code.brIf(done);
  const next = code.open(wasm.block, type.none);
  emitCompare(body, table.keySize, next);
  code.br(done);
  code.end();
  code.get(locals.entry);
  code.access(wasm.i32Load, 0);
  code.set(locals.entry);
  code.get(locals.left);
  code.i32(1);
  code.op(wasm.i32Sub);
  code.tee(locals.left);
  code.brIf(chain);
  code.i32(0);
  code.set(locals.entry);
  code.end();
  code.end();
}

/** Pushes the address of the value of the entry. */
function emitValue(body: Body, table: HashTable): void {
  const { code, locals } = body;
  code.get(locals.entry);
  code.access(wasm.i32Load, VALUE);
  emitOwnSlot(code, table.perCpu);
  code.op(wasm.i64ExtendI32U);
}

function emitHashLookup(body: Body, node: Node, table: HashTable): void {
  const { code, locals } = body;
  emitEntry(body, node, table);
  code.get(locals.entry);
  code.open(wasm.if, type.i64);
  emitValue(body, table);
  code.otherwise();
  code.i64(0);
  code.end();
  body.set(0);
}

/** Finds out whether the entry's mark has the running CPU's bit. */
function emitIsHot({ code, locals }: Body, { word, partitions }: Hot): void {
  code.get(locals.entry);
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
  emitEntry(body, node, table);
  code.i64(0);
  body.set(0);
  code.get(locals.entry);
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
  else emitHashLookup(body, node, table);
}
