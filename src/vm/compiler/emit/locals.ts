import { type } from "../encoder/index.ts";

/** Where a function's locals are. Registers r0 to r9 are ten in a row. */
export interface Locals {
  /** Depth of the function's own frame: a parameter; undefined in the first function, which is at 0. */
  readonly depth: number | undefined;
  /** r0. */
  readonly registers: number;
  /** r10 of the function's own frame; undefined where it is a constant. */
  readonly frame: number | undefined;
  /** 64-bit. */
  readonly scratch: number;
  /** Rounds of a loop less one, 64-bit. */
  readonly trips: number;
  /** r6 to r9 of each instance's caller: four by instance, from instance 1 on. */
  readonly saved: number;
  /** First address and length: two by group. */
  readonly groups: number;
  /** Values that idioms need again, 64-bit. */
  readonly kept: number;
  readonly fuel: number;
  readonly site: number;
  /** 32-bit. */
  readonly address: number;
  /** Of a lookup in a hash table: the hash, an entry's address, and how many entries may yet be looked at. */
  readonly hash: number;
  readonly entry: number;
  readonly left: number;
  /** The block that a dispatch loop goes to. */
  readonly state: number;
}

export const MAIN_PARAMETERS = [type.i32, type.i32, type.i32, type.i32];
export const CALLEE_PARAMETERS = [...Array.from({ length: 10 }, () => type.i64), type.i32];
/** r0 to r5: calls leave them as the callee did. */
export const CALLEE_RESULTS = Array.from({ length: 6 }, () => type.i64);

/** Lays out the locals of a function: those of 64 bits first; how many of which type come after the parameters. */
export function layOutLocals(isMain: boolean, instances: number, groups: number, keeps: number) {
  let next = isMain ? MAIN_PARAMETERS.length : CALLEE_PARAMETERS.length;
  const first = next;
  const take = (count: number) => {
    next += count;
    return next - count;
  };
  const registers = isMain ? take(10) : 0;
  const frame = isMain ? undefined : take(1);
  const scratch = take(1);
  const trips = take(1);
  const saved = take((instances - 1) * 4);
  const groupLocals = take(groups * 2);
  const kept = take(keeps);
  const wide = next - first;
  const locals: Locals = {
    depth: isMain ? undefined : 10,
    registers,
    frame,
    scratch,
    trips,
    saved,
    groups: groupLocals,
    kept,
    fuel: take(1),
    site: take(1),
    address: take(1),
    hash: take(1),
    entry: take(1),
    left: take(1),
    state: take(1),
  };
  const runs: [number, number][] = [
    [wide, type.i64],
    [next - first - wide, type.i32],
  ];
  return { locals, runs };
}
