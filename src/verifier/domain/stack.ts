import type { Environment } from "../environment.ts";
import { T_NUMBER } from "../ir/index.ts";
import { AnalysisAborted } from "./aborted.ts";
import { ByteSet } from "./byte-set.ts";
import { CellLists, TYPES } from "./cell-lists.ts";
import { canonical, type Integer, isBounded, isInt32, UINT32_MAX } from "./integer.ts";
import { Interval } from "./interval.ts";
import { type Kind, SVALUE, UVALUE } from "./kind.ts";
import { Linear } from "./linear.ts";
import type { TypeClasses } from "./type-classes.ts";
import type { Cell, Variable, VariableSpace } from "./variable-space.ts";
import type { Zone } from "./zone.ts";

/** What the original says where it looks for bytes outside of the stack. */
const NO_BYTES = "CRAB ERROR: Cannot convert bottom to tuple; function bound, line 96";

/** A type that was found on the stack: one for certain, or whatever a cell has. */
export type StackType = { readonly type: number } | { readonly cell: Cell };

/** The stack of all frames as bytes and cells. What the cells hold is in the zone and the type classes, under their names. */
export class Stack {
  readonly #space: VariableSpace;
  readonly numeric: ByteSet;
  readonly cells: CellLists;

  private constructor(space: VariableSpace, numeric: ByteSet, cells: CellLists) {
    this.#space = space;
    this.numeric = numeric;
    this.cells = cells;
  }

  static top(space: VariableSpace): Stack {
    return new Stack(space, ByteSet.empty(space.totalStackSize), CellLists.empty());
  }

  copy(): Stack {
    return new Stack(this.#space, this.numeric.copy(), this.cells.copy());
  }

  join(other: Stack): Stack {
    return this.#combine(this.numeric.intersection(other.numeric), other);
  }

  meet(other: Stack): Stack {
    return this.#combine(this.numeric.union(other.numeric), other);
  }

  #combine(numeric: ByteSet, other: Stack): Stack {
    const cells = this.cells.copy();
    cells.unite(other.cells);
    return new Stack(this.#space, numeric, cells);
  }

  /** [start, end) of what an access may touch, cut to the stack; undefined if that is nothing. */
  #byteRange(range: Interval, { dialect }: Environment): readonly [number, number] | undefined {
    const cut = range.meet(Interval.of(0, this.numeric.size));
    if (cut.isBottom && dialect.outsideStackAborts) throw new AnalysisAborted(NO_BYTES);
    return cut.isBottom || cut.lower === cut.upper ? undefined : [Number(cut.lower), Number(cut.upper)];
  }

  /** Whether all bytes from `start` up to `end` (not included) hold numbers, for all their values. */
  isNumericBetween(start: Interval, end: Interval, environment: Environment): boolean {
    const range = this.#byteRange(start.join(end), environment);
    if (range === undefined) return environment.dialect.emptyRangeIsNumeric;
    return this.numeric.hasAll(range[0], range[1]);
  }

  /** Number of bytes from an offset on that certainly hold numbers, whichever value the offset has. */
  numericRun(offset: Interval): number {
    if (!isInt32(offset.lower) || !isInt32(offset.upper)) return 0;
    return Math.max(0, this.numeric.runFrom(offset.lower) - (offset.upper - offset.lower));
  }

  /** Forgets what a kind says of the bytes at `address`; a known number that is hit in part keeps its other bytes. */
  havoc(zone: Zone, kind: Kind, address: Interval, width: Interval, environment: Environment): void {
    if (!this.cells.isEmpty(kind) && (kind === SVALUE || kind === UVALUE))
      this.#splitCells(zone, kind, address, width, environment);
    this.#kill(kind, address, width, environment, (cell) => forgetKind(zone, kind, cell));
  }

  /** As `havoc`, and makes a cell of exactly the bytes at `address`: its variable, or undefined if the address is not constant. */
  store(zone: Zone, kind: Kind, address: Interval, width: Interval, environment: Environment): Variable | undefined {
    this.havoc(zone, kind, address, width, environment);
    const cell = this.#exactCell(address, width);
    if (cell === undefined) return undefined;
    this.cells.insert(kind, cell);
    return cell.variable(kind);
  }

  havocType(types: TypeClasses, address: Interval, width: Interval, environment: Environment): void {
    this.#kill(TYPES, address, width, environment, (cell) => types.havoc(cell));
    const cell = this.#exactCell(address, width);
    if (cell !== undefined) this.numeric.fill(cell.offset, cell.size, false);
  }

  /** Makes the bytes at `address` a cell of their own, for the caller to give a type to; undefined if that is not possible. */
  storeType(
    types: TypeClasses,
    address: Interval,
    width: Interval,
    isNumber: boolean,
    environment: Environment,
  ): Cell | undefined {
    this.#kill(TYPES, address, width, environment, (cell) => types.havoc(cell));
    const cell = this.#exactCell(address, width);
    if (cell !== undefined) {
      this.numeric.fill(cell.offset, cell.size, isNumber);
      this.cells.insert(TYPES, cell);
      return cell;
    }
    const range =
      isNumber && !environment.dialect.outsideStackAborts
        ? undefined
        : this.#byteRange(address.join(address.plus(width)), environment);
    if (range !== undefined && !isNumber) {
      const [start, end] = range;
      this.numeric.fill(start, environment.dialect.nonNumericStoreOverreaches ? end : end - start, false);
    }
    return undefined;
  }

  /** Marks bytes that a helper wrote, if it is certain which ones. */
  storeNumbers(address: Interval, width: Interval): void {
    const start = address.constant;
    const count = width.constant;
    if (typeof start !== "number" || typeof count !== "number" || start + count > this.numeric.size) return;
    this.numeric.fill(start, count, true);
  }

  /** Bytes that hold numbers from the start, as a test or a caller says. */
  initializeNumbers(start: number, width: number): void {
    this.numeric.fill(start, width, true);
    this.cells.insert(SVALUE, this.#space.cell(start, width));
  }

  #exactCell(address: Interval, width: Interval): Cell | undefined {
    const offset = address.constant;
    const size = width.constant;
    if (typeof offset !== "number" || offset < 0 || typeof size !== "number") return undefined;
    return this.#space.cell(offset, size);
  }

  #kill(kind: Kind, address: Interval, width: Interval, { dialect }: Environment, forget: (cell: Cell) => void): void {
    const offset = address.constant;
    const size = width.constant;
    const isBelow = offset !== undefined && offset < 0 && size !== undefined;
    if (isBelow && dialect.outsideStackAborts) throw new AnalysisAborted("narrowing_error");
    if (this.cells.isEmpty(kind)) return;
    let hit: Cell[];
    if (typeof offset === "number" && offset >= 0 && typeof size === "number") {
      hit = this.cells.overlapping(kind, offset, size);
      if (dialect.exactCellSurvivesHavoc) hit = hit.filter((cell) => cell.offset !== offset || cell.size !== size);
      else if (size === 0) hit = hit.concat(this.#knownCells(kind, offset, size));
    } else {
      const last = dialect.variableWriteOverreaches ? width : width.minus(Interval.constant(1));
      hit = this.cells.touching(kind, address.join(address.plus(last)));
    }
    for (const cell of hit) forget(cell);
    this.cells.remove(kind, hit);
  }

  #knownCells(kind: Kind, offset: number, size: number): Cell[] {
    const cell = this.#space.knownCell(offset, size);
    return cell !== undefined && this.cells.has(kind, cell) ? [cell] : [];
  }

  /** Keeps the bytes of a known 8-byte number to the left and right of those that are about to be overwritten. */
  #splitCells(zone: Zone, kind: Kind, address: Interval, width: Interval, environment: Environment): void {
    const offset = address.constant;
    const size = width.constant;
    if (typeof offset !== "number" || offset < 0 || typeof size !== "number") return;
    for (const cell of this.cells.overlapping(kind, offset, size)) {
      if (cell.size < 8 || (cell.offset === offset && cell.size === size)) continue;
      const end = cell.offset + cell.size;
      if (!this.numeric.hasAll(cell.offset, end)) continue;
      if (zone.interval(cell.known(kind)).constant === undefined) continue;
      if (cell.offset < offset) this.#splitOff(zone, kind, cell.offset, offset - cell.offset, environment);
      if (offset + size < end) this.#splitOff(zone, kind, offset + size, end - offset - size, environment);
    }
  }

  #splitOff(zone: Zone, kind: Kind, offset: number, size: number, environment: Environment): void {
    const address = Interval.constant(offset);
    const signed = this.load(zone, SVALUE, address, size, environment);
    const unsigned = this.load(zone, UVALUE, address, size, environment);
    const cell = this.#space.cell(offset, size);
    this.cells.insert(kind, cell);
    assignLoaded(zone, cell.variable(SVALUE), signed);
    assignLoaded(zone, cell.variable(UVALUE), unsigned);
  }

  /** What a kind says of the bytes at `address`: a cell's variable, a number put together from bytes, or undefined. */
  load(zone: Zone, kind: Kind, address: Interval, width: number, environment: Environment): Linear | undefined {
    const offset = address.constant;
    if (typeof offset !== "number" || offset < 0) return undefined;
    const cell = this.#space.cell(offset, width);
    if (this.cells.has(kind, cell)) return Linear.variable(cell.variable(kind));
    if (kind === SVALUE || kind === UVALUE) {
      const value = this.#composed(zone, kind, offset, width, environment.options.bigEndian);
      if (value !== undefined) return Linear.constant(value);
    }
    if (this.cells.overlapping(kind, offset, width).length > 0) return undefined;
    this.cells.insert(kind, cell);
    return Linear.variable(cell.variable(kind));
  }

  #composed(zone: Zone, kind: Kind, offset: number, width: number, bigEndian: boolean): Integer | undefined {
    let value = 0n;
    for (let i = 0; i < width; i++) {
      const byte = this.#byte(zone, offset + i, bigEndian);
      if (byte === undefined) return undefined;
      value |= byte << BigInt(8 * (bigEndian ? width - 1 - i : i));
    }
    if (width !== 1 && width !== 2 && width !== 4 && width !== 8) return undefined;
    return canonical(kind === SVALUE && width === 8 ? BigInt.asIntN(64, value) : value);
  }

  /** One byte of the aligned known number that covers it. */
  #byte(zone: Zone, offset: number, bigEndian: boolean): bigint | undefined {
    for (const size of [8, 4, 2, 1]) {
      const within = offset % size;
      const variable = this.#space.knownCell(offset - within, size)?.known(SVALUE) ?? -1;
      if (variable < 0) continue;
      const value = zone.interval(variable).constant;
      if (value === undefined) continue;
      return (BigInt.asUintN(64, BigInt(value)) >> BigInt(8 * (bigEndian ? size - 1 - within : within))) & 0xffn;
    }
    return undefined;
  }

  /** The type of the bytes at `address`; undefined if it is unknown. */
  loadType(address: Interval, width: number): StackType | undefined {
    const offset = address.constant;
    if (offset === undefined) return this.#isUniformlyNumeric(address, width) ? { type: T_NUMBER } : undefined;
    if (typeof offset !== "number" || offset < 0 || this.numeric.hasAll(offset, offset + width))
      return { type: T_NUMBER };
    if (width !== 8 || !this.numeric.hasNone(offset, offset + width)) return undefined;
    const cell = this.#space.cell(offset, width);
    if (!this.cells.has(TYPES, cell)) {
      if (this.cells.overlapping(TYPES, offset, width).length > 0) return undefined;
      this.cells.insert(TYPES, cell);
    }
    return { cell };
  }

  #isUniformlyNumeric({ lower, upper }: Interval, width: number): boolean {
    if (!isBounded(lower) || !isBounded(upper) || lower < 0 || upper > UINT32_MAX - width) return false;
    return this.numeric.hasAll(Number(lower), Number(upper) + width);
  }

  /** Whether `other` knows no more than this one about which bytes are numeric. */
  isWithin(other: Stack): boolean {
    return this.numeric.includes(other.numeric);
  }
}

function forgetKind(zone: Zone, kind: Kind, cell: Cell): void {
  zone.havoc(cell.known(kind));
  if (kind === SVALUE) zone.havoc(cell.known(UVALUE));
  else if (kind === UVALUE) zone.havoc(cell.known(SVALUE));
}

/** `variable` := what was loaded; forgets it if nothing is known. */
export function assignLoaded(zone: Zone, variable: Variable, value: Linear | undefined): void {
  if (value === undefined) zone.havoc(variable);
  else zone.assign(variable, value);
}
