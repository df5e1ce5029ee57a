import { finish, type Work } from "../../turns/index.ts";
import type { Environment } from "../environment.ts";
import { ALL_TYPES, isSingleton, RETURN_VALUE, type Register, T_NUMBER, T_UNINIT, type TypeSet } from "../ir/index.ts";
import { type Integer, isBounded } from "./integer.ts";
import type { Interval } from "./interval.ts";
import { KIND_COUNT, KINDS_OF_TYPE, type Kind, OFFSET_KINDS, SVALUE, TYPED_KINDS, typesIn, UVALUE } from "./kind.ts";
import { Stack } from "./stack.ts";
import { TypeClasses } from "./type-classes.ts";
import type { Location, Variable, VariableSpace } from "./variable-space.ts";
import { Zone } from "./zone.ts";
import { joinZones, tightenByBounds } from "./zone-join.ts";
import { meetZones } from "./zone-meet.ts";
import { isWithin } from "./zone-order.ts";
import { zoneLines } from "./zone-text.ts";
import { widenZones } from "./zone-widen.ts";

/** What a state knows, as text: `r1.type=ctx`, `r1.svalue=[0, 5]`, and the stack bytes that hold numbers. */
export interface Facts {
  readonly types: readonly string[];
  readonly numbers: readonly string[];
  /** First and last of each run, counted from the stack's lowest byte. */
  readonly numericBytes: readonly (readonly [first: number, last: number])[];
}

/** Kinds whose type bit `mask` lacks mean nothing: all of them, by type. */
const NUMBER_BIT = 1 << T_NUMBER;

/**
 * What is known at one point of a program: types, numbers and the stack. Mutable; a copy shares the parts with its original
 * until one of the two changes them.
 */
export class State {
  readonly space: VariableSpace;
  #types: TypeClasses;
  #zone: Zone;
  #stack: Stack;
  #ownsTypes = true;
  #ownsZone = true;
  #ownsStack = true;

  private constructor(space: VariableSpace, types: TypeClasses, zone: Zone, stack: Stack) {
    this.space = space;
    this.#types = types;
    this.#zone = zone;
    this.#stack = stack;
  }

  /** No execution comes here. */
  static bottom(space: VariableSpace): State {
    return new State(space, TypeClasses.top(space), Zone.bottom(space), Stack.top(space));
  }

  /** Nothing is known. */
  static top(space: VariableSpace): State {
    return new State(space, TypeClasses.top(space), Zone.top(space), Stack.top(space));
  }

  isBottom(): boolean {
    return this.#zone.isBottom;
  }

  setBottom(): void {
    this.#zone = Zone.bottom(this.space);
    this.#ownsZone = true;
  }

  copy(): State {
    const copy = new State(this.space, this.#types, this.#zone, this.#stack);
    copy.#ownsTypes = copy.#ownsZone = copy.#ownsStack = false;
    this.#ownsTypes = this.#ownsZone = this.#ownsStack = false;
    return copy;
  }

  /** The numbers, for reading. */
  get zone(): Zone {
    return this.#zone;
  }

  /** The numbers, for writing. */
  get values(): Zone {
    if (!this.#ownsZone) {
      this.#zone = this.#zone.copy();
      this.#ownsZone = true;
    }
    return this.#zone;
  }

  /** The types, for writing. */
  get types(): TypeClasses {
    if (!this.#ownsTypes) {
      this.#types = this.#types.copy();
      this.#ownsTypes = true;
    }
    return this.#types;
  }

  /** The stack, for writing; loads write too. */
  get stack(): Stack {
    if (!this.#ownsStack) {
      this.#stack = this.#stack.copy();
      this.#ownsStack = true;
    }
    return this.#stack;
  }

  /** The stack, for questions about its bytes. */
  get bytes(): Stack {
    return this.#stack;
  }

  location(register: Register): Location {
    return this.space.register(register);
  }

  variable(register: Register, kind: Kind): Variable {
    return this.space.register(register).variable(kind);
  }

  intervalOf(register: Register, kind: Kind): Interval {
    return this.#zone.interval(this.space.register(register).known(kind));
  }

  /** Types that a register may have. */
  typesOf(register: Register): TypeSet {
    return this.#types.types(this.space.register(register));
  }

  typesAt(location: Location): TypeSet {
    return this.#types.types(location);
  }

  mayHaveType(register: Register, type: number): boolean {
    return (this.typesOf(register) & (1 << type)) !== 0;
  }

  isInGroup(register: Register, group: TypeSet): boolean {
    return (this.typesOf(register) & ~group) === 0;
  }

  isNumber(register: Register): boolean {
    return this.typesOf(register) === NUMBER_BIT;
  }

  isInitialized(register: Register): boolean {
    return !this.mayHaveType(register, T_UNINIT);
  }

  haveSameType(a: Register, b: Register): boolean {
    return this.#types.areEqual(this.location(a), this.location(b));
  }

  /** Types of `conclusion` in those cases in which `premise` is in `mask`; undefined if there are none. */
  typesGiven(premise: Register, mask: TypeSet, conclusion: Register): TypeSet | undefined {
    return this.#types.typesGiven(this.location(premise), mask, this.location(conclusion));
  }

  /** The only type a register can have, if there is one. */
  typeOf(register: Register): number | undefined {
    const set = this.typesOf(register);
    return isSingleton(set) ? 31 - Math.clz32(set) : undefined;
  }

  /** The types to distinguish: the possible ones, or "uninitialized" alone if that is among them. */
  possibleTypes(register: Register): number[] {
    const set = this.typesOf(register);
    return (set & (1 << T_UNINIT)) !== 0 ? [T_UNINIT] : typesIn(set);
  }

  /** The offset or handle that a register's only possible type gives it. */
  offsetKind(register: Register): Kind | undefined {
    const type = this.typeOf(register);
    return type === undefined ? undefined : KINDS_OF_TYPE[type]?.[0];
  }

  locationsWithType(type: number): Location[] {
    const found: Location[] = [];
    for (const location of this.#types.tracked()) {
      if ((this.#types.types(location) & (1 << type)) !== 0) found.push(location);
    }
    return found;
  }

  assignType(register: Register, type: number): void {
    this.types.assign(this.location(register), type);
  }

  havocKinds(location: Location, kinds: readonly Kind[]): void {
    if (this.#zone.isBottom) return;
    for (const kind of kinds) {
      const variable = location.known(kind);
      if (variable >= 0 && this.#zone.vertexOf(variable) !== 0) this.values.havoc(variable);
    }
  }

  /** Forgets the numbers that depend on the type; `uvalue` stays. */
  forgetTypedKinds(location: Location): void {
    this.havocKinds(location, TYPED_KINDS);
  }

  havocOffsets(register: Register): void {
    this.havocKinds(this.location(register), OFFSET_KINDS);
  }

  havocNumbers(register: Register): void {
    this.havocKinds(this.location(register), ALL_KINDS);
  }

  havocRegister(register: Register): void {
    this.types.havoc(this.location(register));
    this.havocNumbers(register);
  }

  /** target := source, with all that is known about it. */
  assignRegister(target: Register, source: Register, { dialect }: Environment): void {
    if (target === source) return;
    const to = this.location(target);
    const from = this.location(source);
    if (!dialect.staleKindsSurvive) this.forgetTypedKinds(to);
    this.types.copyType(to, from);
    this.values.assignCopy(to.variable(UVALUE), from.variable(UVALUE));
    const types = this.possibleTypes(source);
    for (const type of types) this.havocKinds(to, KINDS_OF_TYPE[type] ?? []);
    for (const type of types) {
      for (const kind of KINDS_OF_TYPE[type] ?? []) this.values.assignCopy(to.variable(kind), from.variable(kind));
    }
  }

  /**
   * Runs `transition` once for each type that a register may have, each time on what is known if it has that type, and joins
   * the results. The stack is one for all runs.
   */
  *forEachType(register: Register, transition: (state: State, type: number) => Work<void> | undefined): Work<void> {
    const location = this.location(register);
    const types = this.possibleTypes(register);
    const [first] = types;
    if (first === T_UNINIT) {
      const rest = transition(this, T_UNINIT);
      if (rest !== undefined) yield* rest;
      return;
    }
    if (types.length === 1 && first !== undefined) {
      const rest = transition(this, first);
      if (rest !== undefined) yield* rest;
      yield* tightenByBounds(this.values);
      return;
    }
    let result: State | undefined;
    for (const type of types) {
      const branch = new State(this.space, this.#types.copy(), this.#zone.copy(), this.stack);
      branch.types.restrict(location, 1 << type);
      for (const other of types) if (other !== type) branch.havocKinds(location, KINDS_OF_TYPE[other] ?? []);
      const rest = transition(branch, type);
      if (rest !== undefined) yield* rest;
      if (branch.isBottom()) continue;
      if (result === undefined) {
        yield* tightenByBounds(branch.#zone);
        result = branch;
      } else {
        yield* result.#joinFacts(branch);
      }
    }
    if (result === undefined) {
      this.setBottom();
      return;
    }
    this.#types = result.#types;
    this.#zone = result.#zone;
    this.#ownsTypes = result.#ownsTypes;
    this.#ownsZone = result.#ownsZone;
  }

  /** this := this ∪ other */
  *join(other: State): Work<void> {
    if (other.isBottom()) return;
    if (this.isBottom()) {
      this.#become(other);
      return;
    }
    this.#stack = this.#stack.join(other.#stack);
    this.#ownsStack = true;
    yield* this.#joinFacts(other);
  }

  #become(other: State): void {
    this.#types = other.#types;
    this.#zone = other.#zone;
    this.#stack = other.#stack;
    this.#ownsTypes = this.#ownsZone = this.#ownsStack = false;
    other.#ownsTypes = other.#ownsZone = other.#ownsStack = false;
  }

  /** Joins types and numbers. Numbers that mean something on one side only are kept as they are there. */
  *#joinFacts(other: State): Work<void> {
    const kept: [Variable, Interval][] = [];
    for (const [location, own, others] of this.#types.differences(other.#types)) {
      for (const type of typesIn((own ^ others) & ALL_TYPES)) {
        const source = (own & (1 << type)) !== 0 ? this.#zone : other.#zone;
        for (const kind of KINDS_OF_TYPE[type] ?? []) {
          const variable = location.known(kind);
          if (variable < 0) continue;
          const interval = source.interval(variable);
          if (!interval.isTop) kept.push([variable, interval]);
        }
      }
    }
    this.#zone = yield* joinZones(this.#zone, other.#zone);
    this.#ownsZone = true;
    for (const [variable, interval] of kept) this.#zone.set(variable, interval);
    this.#types = this.#types.join(other.#types);
    this.#ownsTypes = true;
  }

  *widen(other: State): Work<State> {
    if (this.isBottom()) return other.copy();
    if (other.isBottom()) return this.copy();
    const types = this.#types.join(other.#types);
    const zone = yield* widenZones(this.#zone, other.#zone);
    return new State(this.space, types, zone, this.#stack.join(other.#stack));
  }

  /** Narrowing leaves the numbers as they are, except where nothing was known. */
  narrow(other: State): State {
    if (this.isBottom() || other.isBottom()) return State.bottom(this.space);
    const types = this.#types.meet(other.#types);
    if (types === undefined) return State.bottom(this.space);
    const zone = this.#zone.isTop ? other.#zone.copy() : this.#zone.copy();
    return new State(this.space, types, zone, this.#stack.meet(other.#stack));
  }

  *meet(other: State): Work<State> {
    if (this.isBottom() || other.isBottom()) return State.bottom(this.space);
    const types = this.#types.meet(other.#types);
    if (types === undefined) return State.bottom(this.space);
    const zone = yield* meetZones(this.#zone, other.#zone);
    return new State(this.space, types, zone, this.#stack.meet(other.#stack));
  }

  /** Whether every execution that `other` describes is described by this state. */
  *includes(other: State): Work<boolean> {
    if (other.isBottom()) return true;
    if (this.isBottom() || !other.#stack.isWithin(this.#stack) || !other.#types.isWithin(this.#types)) return false;
    const meaningless = new Set<Variable>();
    for (const location of other.#types.tracked()) {
      for (const type of typesIn(ALL_TYPES & ~other.#types.types(location))) {
        for (const kind of KINDS_OF_TYPE[type] ?? []) meaningless.add(location.known(kind));
      }
    }
    return yield* isWithin(other.#zone, this.#zone, meaningless);
  }

  /** A loop's counter begins at 0. */
  counterStart(counter: Variable): void {
    this.values.assignConstant(counter, 0);
  }

  interval(variable: Variable): Interval {
    return this.#zone.interval(variable);
  }

  /** Undefined if there is no bound (or no state). */
  upperBound(variable: Variable): Integer | undefined {
    const { upper } = this.interval(variable);
    return isBounded(upper) ? upper : undefined;
  }

  /** The signed view of r0. */
  r0(): Interval {
    return this.intervalOf(RETURN_VALUE, SVALUE);
  }

  /** All that is known, in the notation of PREVAIL's test cases and in no order; of a state that is not bottom. */
  *facts(): Work<Facts> {
    const numbers = yield* zoneLines(this.#zone);
    return { types: this.#types.lines(), numbers, numericBytes: this.#stack.numeric.runs() };
  }

  /** All that is known, a fact a line, in the notation of PREVAIL's test cases; `_|_` for bottom. In no order. */
  toStrings(): string[] {
    if (this.isBottom()) return ["_|_"];
    return [...new Set([...this.#types.lines(), ...finish(zoneLines(this.#zone)), ...this.#stack.numeric.lines()])];
  }
}

const ALL_KINDS: readonly Kind[] = Array.from({ length: KIND_COUNT }, (_, kind) => kind);
