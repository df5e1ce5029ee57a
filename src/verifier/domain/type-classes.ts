import { ALL_TYPES, isSingleton, type TypeSet, VALUE_TYPES } from "../ir/index.ts";
import { typesIn } from "./kind.ts";
import type { Location, VariableSpace } from "./variable-space.ts";

const UNTRACKED = -1;
const TYPE_COUNT = VALUE_TYPES.length;

/**
 * Which types each location may have, and which locations are known to have the same one. A location's class is its number
 * if it is below `TYPE_COUNT` (the class of all locations that certainly have that type), otherwise `TYPE_COUNT` + an index
 * into the sets. Untracked locations may have any type and equal nothing.
 */
export class TypeClasses {
  readonly #space: VariableSpace;
  readonly #classes: number[];
  readonly #sets: TypeSet[];
  /** The saved registers that are meant by the indexes which they share; never written to. */
  #saved: readonly (Location | undefined)[];

  private constructor(
    space: VariableSpace,
    classes: number[],
    sets: TypeSet[],
    saved: readonly (Location | undefined)[],
  ) {
    this.#space = space;
    this.#classes = classes;
    this.#sets = sets;
    this.#saved = saved;
  }

  static top(space: VariableSpace): TypeClasses {
    return new TypeClasses(space, [], [], []);
  }

  copy(): TypeClasses {
    if (this.#sets.length > 64) this.#compact();
    return new TypeClasses(this.#space, this.#classes.slice(), this.#sets.slice(), this.#saved);
  }

  /** Renumbers the classes without those that no location belongs to any more. */
  #compact(): void {
    const sets = this.#sets.slice();
    const renumbered = new Map<number, number>();
    this.#sets.length = 0;
    for (let i = 0; i < this.#classes.length; i++) {
      const own = this.#classes[i] as number;
      if (own < TYPE_COUNT) continue;
      let renamed = renumbered.get(own);
      if (renamed === undefined) {
        renamed = TYPE_COUNT + this.#sets.push(sets[own - TYPE_COUNT] as TypeSet) - 1;
        renumbered.set(own, renamed);
      }
      this.#classes[i] = renamed;
    }
  }

  #classOf(location: Location): number {
    if (location.savedAt >= 0 && this.#saved[location.savedAt] !== location) return UNTRACKED;
    return this.#classes[location.index] ?? UNTRACKED;
  }

  #setOf(type: number): TypeSet {
    if (type === UNTRACKED) return ALL_TYPES;
    return type < TYPE_COUNT ? 1 << type : (this.#sets[type - TYPE_COUNT] as TypeSet);
  }

  /** The types that the location may have. */
  types(location: Location): TypeSet {
    return this.#setOf(this.#classOf(location));
  }

  /** Whether both certainly have the same type. */
  areEqual(a: Location, b: Location): boolean {
    const own = this.#classOf(a);
    return own !== UNTRACKED && own === this.#classOf(b);
  }

  #put(location: Location, type: number): void {
    const classes = this.#classes;
    const { savedAt } = location;
    if (savedAt >= 0 && this.#saved[savedAt] !== location) {
      const saved = this.#saved.slice();
      while (saved.length <= savedAt) saved.push(undefined);
      saved[savedAt] = location;
      this.#saved = saved;
    }
    while (classes.length <= location.index) classes.push(UNTRACKED);
    classes[location.index] = type;
  }

  #newClass(set: TypeSet): number {
    if (isSingleton(set)) return 31 - Math.clz32(set);
    return TYPE_COUNT + this.#sets.push(set) - 1;
  }

  #tracked(location: Location): number {
    const known = this.#classOf(location);
    if (known !== UNTRACKED) return known;
    this.havoc(location);
    return this.#classOf(location);
  }

  havoc(location: Location): void {
    this.#put(location, this.#newClass(ALL_TYPES));
  }

  assign(location: Location, type: number): void {
    this.#put(location, type);
  }

  copyType(target: Location, source: Location): void {
    this.#put(target, this.#tracked(source));
  }

  /** Narrows the types of a location, and of all that equal it. False if none are left. */
  restrict(location: Location, mask: TypeSet): boolean {
    const own = this.#tracked(location);
    return this.#narrow(own, this.#setOf(own) & mask);
  }

  /** Takes a class to a smaller set; classes that become certain merge with those that are. */
  #narrow(own: number, set: TypeSet): boolean {
    if (set === 0) return false;
    if (own < TYPE_COUNT) return true;
    this.#sets[own - TYPE_COUNT] = set;
    if (isSingleton(set)) this.#merge(own, 31 - Math.clz32(set));
    return true;
  }

  #merge(from: number, into: number): void {
    for (let i = 0; i < this.#classes.length; i++) if (this.#classes[i] === from) this.#classes[i] = into;
  }

  /** Two locations have the same type from now on. False if there is none for both. */
  equate(a: Location, b: Location): boolean {
    const first = this.#tracked(a);
    const second = this.#tracked(b);
    const set = this.#setOf(first) & this.#setOf(second);
    if (set === 0 || first === second) return set !== 0;
    const [kept, merged] = first < second ? [first, second] : [second, first];
    this.#merge(merged, kept);
    return this.#narrow(kept, set);
  }

  rename(from: Location, to: Location): void {
    const own = this.#classOf(from);
    if (own === UNTRACKED) return;
    this.#put(to, own);
    this.#put(from, UNTRACKED);
  }

  /** The types of `conclusion` once `premise` is narrowed to `mask`; undefined if that cannot be. */
  typesGiven(premise: Location, mask: TypeSet, conclusion: Location): TypeSet | undefined {
    const own = this.#classOf(premise);
    const narrowed = this.#setOf(own) & mask;
    if (narrowed === 0) return undefined;
    const other = this.#classOf(conclusion);
    return premise === conclusion || (own !== UNTRACKED && own === other) ? narrowed : this.#setOf(other);
  }

  /** The location that an index means here. */
  #locationAt(index: number): Location {
    const location = this.#space.location(index) ?? this.#saved.find((saved) => saved?.index === index);
    if (location === undefined) throw new RangeError(`location ${index}`);
    return location;
  }

  #isTracked(index: number): boolean {
    return (this.#classes[index] ?? UNTRACKED) !== UNTRACKED;
  }

  /** The locations of which something is said, in order. */
  *tracked(): Generator<Location> {
    for (let i = 0; i < this.#classes.length; i++) if (this.#isTracked(i)) yield this.#locationAt(i);
  }

  /** Locations whose sets differ between the two, with both sets. */
  *differences(other: TypeClasses): Generator<readonly [Location, TypeSet, TypeSet]> {
    const count = Math.max(this.#classes.length, other.#classes.length);
    for (let i = 0; i < count; i++) {
      const own = this.#setOf(this.#classes[i] ?? UNTRACKED);
      const others = other.#setOf(other.#classes[i] ?? UNTRACKED);
      if (own !== others) yield [(this.#isTracked(i) ? this : other).#locationAt(i), own, others];
    }
  }

  /** What both say: sets are united, equalities stay where both have them. */
  join(other: TypeClasses): TypeClasses {
    const result = TypeClasses.top(this.#space);
    const count = Math.max(this.#classes.length, other.#classes.length);
    const classes = new Map<number, number>();
    for (let i = 0; i < count; i++) {
      const a = this.#classes[i] ?? UNTRACKED;
      const b = other.#classes[i] ?? UNTRACKED;
      let joined = UNTRACKED;
      if (a !== UNTRACKED && b !== UNTRACKED) {
        if (a === b && a < TYPE_COUNT) {
          joined = a;
        } else {
          const key = a * 0x10000 + b;
          joined = classes.get(key) ?? result.#newClass(this.#setOf(a) | other.#setOf(b));
          classes.set(key, joined);
        }
      } else if (a !== b) {
        joined = result.#newClass(ALL_TYPES);
      }
      result.#classes.push(joined);
    }
    result.#saved = this.#savedWith(other);
    return result;
  }

  #savedWith(other: TypeClasses): readonly (Location | undefined)[] {
    if (this.#saved === other.#saved) return this.#saved;
    const longer = this.#saved.length > other.#saved.length ? this.#saved : other.#saved;
    return longer.map((_, at) => {
      const own = this.#saved[at];
      return own !== undefined && this.#isTracked(own.index) ? own : (other.#saved[at] ?? own);
    });
  }

  /** What either says; undefined if they contradict. */
  meet(other: TypeClasses): TypeClasses | undefined {
    const result = this.copy();
    const representatives = new Map<number, Location>();
    for (const location of other.tracked()) {
      const own = other.#classOf(location);
      const representative = representatives.get(own);
      if (representative === undefined) representatives.set(own, location);
      else if (!result.equate(representative, location)) return undefined;
      if (!result.restrict(location, other.#setOf(own))) return undefined;
    }
    return result;
  }

  /** Whether this says everything that `other` says. */
  isWithin(other: TypeClasses): boolean {
    const representatives = new Map<number, Location>();
    for (const [, own, others] of this.differences(other)) if ((own & others) !== own) return false;
    for (const location of other.tracked()) {
      const wanted = other.#classOf(location);
      const representative = representatives.get(wanted);
      if (representative === undefined) representatives.set(wanted, location);
      else if (!this.areEqual(representative, location)) return false;
    }
    return true;
  }

  /** One fact a line; stack cells that hold numbers are left to the map of numeric bytes. */
  lines(): string[] {
    const classes = new Map<number, string[]>();
    for (const location of this.tracked()) {
      const own = this.#classOf(location);
      if (own === 3 && location.isCell) continue;
      const names = classes.get(own) ?? [];
      names.push(`${location.name}.type`);
      classes.set(own, names);
    }
    const lines: string[] = [];
    for (const [own, names] of classes) {
      const set = this.#setOf(own);
      if (set === ALL_TYPES) continue;
      names.sort();
      const types = typesIn(set).map((type) => VALUE_TYPES[type]);
      const [first = ""] = names;
      if (types.length === 1) lines.push(...names.map((name) => `${name}=${types[0]}`));
      else lines.push(`${first} in {${types.join(", ")}}`, ...names.slice(1).map((name) => `${name}=${first}`));
    }
    return lines;
  }
}
