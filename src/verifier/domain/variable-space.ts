import type { Dialect } from "../dialect.ts";
import { isMinimumOnly, KIND_COUNT, KIND_NAMES, type Kind, SVALUE, UVALUE } from "./kind.ts";
import { Repair } from "./potentials.ts";

/** Number of a numeric variable. Numbers are dense within one analysis, so that they index arrays. */
export type Variable = number;

/** The two views of a register or cell: the same 64 bits as signed and as unsigned integer. */
export interface Views {
  readonly signed: Variable;
  readonly unsigned: Variable;
}

/** A place that holds a value: a register, a register that a caller saved, or a cell of the stack. */
export class Location {
  /** Dense number among the locations of its space; indexes the arrays of types. Saved registers of one depth share theirs. */
  readonly index: number;
  readonly name: string;
  readonly isCell: boolean;
  /** Which of all saved registers that one state can know it is; -1 for other locations. */
  readonly savedAt: number;
  readonly #space: VariableSpace;
  #views: Views | undefined;
  readonly #variables: Variable[] = new Array<Variable>(KIND_COUNT).fill(-1);

  constructor(space: VariableSpace, index: number, name: string, isCell: boolean, savedAt = -1) {
    this.#space = space;
    this.index = index;
    this.name = name;
    this.isCell = isCell;
    this.savedAt = savedAt;
  }

  /** The variable for one kind of number about this location; made at the first request. */
  variable(kind: Kind): Variable {
    const known = this.#variables[kind] ?? -1;
    if (known >= 0) return known;
    const name = `${this.name}.${KIND_NAMES[kind]}`;
    const shared = this.savedAt < 0 ? -1 : this.savedAt * KIND_COUNT + kind;
    const made = this.#space.define(name, isMinimumOnly(kind), kind === UVALUE, shared);
    this.#variables[kind] = made;
    return made;
  }

  get views(): Views {
    this.#views ??= { signed: this.variable(SVALUE), unsigned: this.variable(UVALUE) };
    return this.#views;
  }

  /** As `variable`, but -1 where nobody has asked for it yet, so that no state can know of it. */
  known(kind: Kind): Variable {
    return this.#variables[kind] ?? -1;
  }
}

/** A range of stack bytes that is read or written as one. */
export class Cell extends Location {
  /** Bytes from the lowest address of the whole stack. */
  readonly offset: number;
  /** Bytes. */
  readonly size: number;

  constructor(space: VariableSpace, index: number, offset: number, size: number) {
    super(space, index, size === 1 ? `s[${offset}]` : `s[${offset}...${offset + size - 1}]`, true);
    this.offset = offset;
    this.size = size;
  }
}

/** Kinds in the order in which PREVAIL numbers a register's variables (0.2.6, src/crab/var_registry.cpp). */
const NUMBERED_KINDS = [
  "svalue",
  "uvalue",
  "ctx_offset",
  "map_fd",
  "packet_offset",
  "shared_offset",
  "stack_offset",
  "type",
  "shared_region_size",
  "stack_numeric_size",
];
const NUMBERED_REGISTERS = 11;
const META_OFFSET_RANK = NUMBERED_REGISTERS * NUMBERED_KINDS.length + 2;
const PACKET_SIZE_RANK = META_OFFSET_RANK + 1;
const FIRST_OTHER_RANK = PACKET_SIZE_RANK + 1;

/** PREVAIL's number of a variable, which decides between equally short paths; those it numbers by need keep our order. */
function rankOf(name: string, variable: Variable): number {
  if (name === "meta_offset") return META_OFFSET_RANK;
  if (name === "packet_size") return PACKET_SIZE_RANK;
  const [, register = "", kind = ""] = /^r(\d+)\.(\w+)$/.exec(name) ?? [];
  const at = NUMBERED_KINDS.indexOf(kind);
  if (at < 0 || Number(register) >= NUMBERED_REGISTERS) return FIRST_OTHER_RANK + variable;
  return Number(register) * NUMBERED_KINDS.length + at;
}

const REGISTER_COUNT = 12;
const FIRST_SAVED = 6;
const SAVED_COUNT = 4;

/** The names of one analysis: which variables and locations exist, numbered in the order of their first use. */
export class VariableSpace {
  /** Bytes. */
  readonly totalStackSize: number;
  readonly searchesSinksFirst: boolean;
  readonly packetSize: Variable;
  readonly metaOffset: Variable;
  /** What the zones use to find whether something contradicts them, one after another. */
  readonly repair = new Repair();
  readonly #names: string[] = [];
  readonly #minimumOnly: boolean[] = [];
  readonly #unsigned: boolean[] = [];
  readonly #ranks: number[] = [];
  /** By index; those that saved registers share have none. */
  readonly #locations: (Location | undefined)[] = [];
  readonly #registers: Location[];
  readonly #frames = new Map<string, readonly Location[]>();
  /** Indexes of the registers that are saved at each depth. */
  readonly #savedIndexes: (readonly number[])[] = [];
  /** By variable, where zones note its vertex. */
  readonly #slots: number[] = [];
  /** The same of saved registers, by what they share. */
  readonly #sharedSlots: number[] = [];
  #slotCount = 0;
  readonly #cells = new Map<number, Map<number, Cell>>();
  readonly #counters = new Map<string, Variable>();
  #token = 0;
  #touched = 0;

  /** `searchesSinksFirst`: see `Dialect`. */
  constructor(totalStackSize: number, { searchesSinksFirst = false }: Partial<Dialect> = {}) {
    this.totalStackSize = totalStackSize;
    this.searchesSinksFirst = searchesSinksFirst;
    this.#registers = Array.from({ length: REGISTER_COUNT }, (_, number) => this.#locate(`r${number}`));
    this.packetSize = this.define("packet_size", true, false);
    this.metaOffset = this.define("meta_offset", false, false);
  }

  /** Slots that there are: each variable has its own, but for those of which a state never knows two. */
  get slotCount(): number {
    return this.#slotCount;
  }

  slot(variable: Variable): number {
    return this.#slots[variable] as number;
  }

  /** `shared`: variables of the same number, unless that is -1, share a slot; a state must never know two of them. */
  define(name: string, minimumOnly: boolean, unsigned: boolean, shared = -1): Variable {
    const slot = this.#sharedSlots[shared] ?? this.#slotCount++;
    if (shared >= 0) this.#sharedSlots[shared] = slot;
    this.#slots.push(slot);
    this.#minimumOnly.push(minimumOnly);
    this.#unsigned.push(unsigned);
    this.#ranks.push(rankOf(name, this.#names.length));
    return this.#names.push(name) - 1;
  }

  #locate(name: string): Location {
    const location = new Location(this, this.#locations.length, name, false);
    this.#locations.push(location);
    return location;
  }

  register(number: number): Location {
    const location = this.#registers[number];
    if (location === undefined) throw new RangeError(`register ${number}`);
    return location;
  }

  /**
   * Where the caller's r6 to r9 are kept while `frame` runs. Frames of one depth never run at the same time, and their
   * locations share indexes and slots: states are as small behind thousands of calls as behind one.
   */
  savedRegisters(frame: string): readonly Location[] {
    let saved = this.#frames.get(frame);
    if (saved === undefined) {
      const depth = frame.split("/").length;
      saved = this.#savedIndexesAt(depth).map((index, i) => {
        const name = `${frame}/r${FIRST_SAVED + i}`;
        return new Location(this, index, name, false, (depth - 1) * SAVED_COUNT + i);
      });
      this.#frames.set(frame, saved);
    }
    return saved;
  }

  #savedIndexesAt(depth: number): readonly number[] {
    let indexes = this.#savedIndexes[depth];
    if (indexes === undefined) {
      indexes = Array.from({ length: SAVED_COUNT }, () => this.#locations.push(undefined) - 1);
      this.#savedIndexes[depth] = indexes;
    }
    return indexes;
  }

  cell(offset: number, size: number): Cell {
    let bySize = this.#cells.get(offset);
    if (bySize === undefined) {
      bySize = new Map();
      this.#cells.set(offset, bySize);
    }
    let cell = bySize.get(size);
    if (cell === undefined) {
      cell = new Cell(this, this.#locations.length, offset, size);
      this.#locations.push(cell);
      bySize.set(size, cell);
    }
    return cell;
  }

  /** The cell, if any state has ever spoken of it. */
  knownCell(offset: number, size: number): Cell | undefined {
    return this.#cells.get(offset)?.get(size);
  }

  /** The counter of the loop whose head is `label`. */
  counter(label: string): Variable {
    let variable = this.#counters.get(label);
    if (variable === undefined) {
      variable = this.define(`pc[${label}]`, false, false);
      this.#counters.set(label, variable);
    }
    return variable;
  }

  /** Undefined for the indexes that saved registers share. */
  location(index: number): Location | undefined {
    return this.#locations[index];
  }

  name(variable: Variable): string {
    return this.#names[variable] ?? "";
  }

  /** Whether upper bounds of this variable are never read. */
  isMinimumOnly(variable: Variable): boolean {
    return this.#minimumOnly[variable] ?? false;
  }

  /** Position in the order in which closures look at variables. */
  rank(variable: Variable): number {
    return this.#ranks[variable] ?? variable;
  }

  isUnsigned(variable: Variable): boolean {
    return this.#unsigned[variable] ?? false;
  }

  /** Counts relations that a zone had to copy or remove, so that the cost of an instruction shows. */
  touch(relations: number): void {
    this.#touched += relations;
  }

  /** What was counted since the last time. */
  takeTouched(): number {
    const touched = this.#touched;
    this.#touched = 0;
    return touched;
  }

  /** A number that no zone of this analysis has had yet: marks who may write to shared rows. */
  nextToken(): number {
    return ++this.#token;
  }
}
