import { FRAME_BYTES } from "../../frame.ts";
import type { Access } from "./accesses.ts";
import type { DominatorTree } from "./dominators.ts";
import type { Loops } from "./loops.ts";
import { CONSTANT, type Values } from "./values.ts";

/** Root of r1 as the function gets it: contexts have a fixed size, so all that is ever read of one is checked at once. */
const ARGUMENT = 3;
/** Bytes that one check spans at most; what `GroupRow` promises depends on it. */
const WIDEST = FRAME_BYTES;
/** How many later accesses are looked at for one check. */
const LOOKAHEAD = 512;
const PAGE = 65_536;

/** Accesses that are expected in one region: checked against one pair of bounds. */
export interface Group {
  readonly index: number;
  readonly isWrite: boolean;
  /** True where r1 as the function gets it may be the pointer. */
  readonly isArgument: boolean;
}

/** A test, made before one access, that all of `[start, end)` from its root may be touched; it speaks for others too. */
export interface Check {
  readonly access: Access;
  readonly start: number;
  readonly end: number;
  readonly isWrite: boolean;
  /** Undefined where only the stack can be meant. */
  readonly group: Group | undefined;
  /**
   * Less than a test of bounds, where that is enough: `null`, that the root is not null; `page`, that the access is not in
   * page 0 (see proven.ts).
   */
  readonly only: "null" | "page" | undefined;
}

export interface CheckPlan {
  /** By position of the access. Accesses without one are covered by another's. */
  readonly checks: ReadonlyMap<number, Check>;
  readonly groups: readonly Group[];
}

export interface PlanOptions {
  readonly values: Values;
  readonly tree: DominatorTree;
  readonly loops: Loops;
  /** Indexes of instructions where checking more than what is touched there failed before. */
  readonly narrow: { has(index: number): boolean };
}

class Planner {
  readonly checks = new Map<number, Check>();
  readonly groups: Group[] = [];
  readonly #options: PlanOptions;
  /** Groups by page, for known addresses, and by class of root; twice the number, and one more for writes. */
  readonly #byPage = new Map<number, Group>();
  readonly #byClass = new Map<number, Group>();
  readonly #byRoot = new Map<number, Access[]>();
  readonly #checksByRoot = new Map<number, Check[]>();

  constructor(options: PlanOptions) {
    this.#options = options;
  }

  plan(accesses: readonly Access[]): void {
    for (const access of accesses) {
      const same = this.#byRoot.get(access.root);
      if (same === undefined) this.#byRoot.set(access.root, [access]);
      else same.push(access);
    }
    for (const same of this.#byRoot.values()) {
      for (const [place, access] of same.entries()) {
        if (!this.#isCovered(access)) this.#add(access, same, place);
      }
    }
  }

  #isCovered(access: Access): boolean {
    const checks = this.#checksByRoot.get(access.root) ?? [];
    return checks.some((check) => this.#covers(check, access) && this.#reaches(check.access, access));
  }

  #covers(check: Check, access: Access): boolean {
    // Where one address is not near null, neither is what it was made of, nor anything else that is proved to be made of that.
    if (check.only === "page" && access.proven === "not-null") return true;
    return check.start <= access.start && check.end >= access.end && (check.isWrite || !access.isWrite);
  }

  /** True where whatever was found at `from` still holds at `to`. */
  #reaches(from: Access, to: Access): boolean {
    if (from.epoch !== to.epoch) return false;
    if (from.node === to.node) return from.index <= to.index;
    return this.#options.tree.dominates(from.node.order, to.node.order);
  }

  #add(access: Access, same: readonly Access[], place: number): void {
    let { start, end, isWrite } = access;
    const extent = this.#options.values.extentOf(access.root);
    if (extent !== undefined && start >= 0 && end <= extent) {
      this.#note({ access, start: 0, end: extent, isWrite: true, group: undefined, only: "null" });
      return;
    }
    if (access.proven === "not-null") {
      this.#note({ access, start, end, isWrite, group: undefined, only: "page" });
      return;
    }
    if (!this.#options.narrow.has(access.index)) {
      for (let at = place + 1; at < same.length && at < place + LOOKAHEAD; at++) {
        const other = same[at];
        const from = Math.min(start, other.start);
        const to = Math.max(end, other.end);
        if (to - from > WIDEST || !this.#reaches(access, other) || !this.#isExpected(access, other)) continue;
        start = from;
        end = to;
        isWrite ||= other.isWrite;
      }
    }
    this.#note({ access, start, end, isWrite, group: this.#group(access, isWrite), only: undefined });
  }

  #note(check: Check): void {
    const { access } = check;
    this.checks.set(access.position, check);
    const known = this.#checksByRoot.get(access.root);
    if (known === undefined) this.#checksByRoot.set(access.root, [check]);
    else known.push(check);
  }

  /** True where a program that makes one access is likely to be allowed the other, whether it makes it or not. */
  #isExpected(access: Access, other: Access): boolean {
    const { values, loops } = this.#options;
    if (access.node === other.node || access.root === ARGUMENT || values.isStack(access.root)) return true;
    const depth = loops.depth[access.node.order];
    return depth > 0 && depth === loops.depth[other.node.order];
  }

  #group({ root, start }: Access, isWrite: boolean): Group | undefined {
    const { values } = this.#options;
    if (root !== CONSTANT && values.isStack(root)) return undefined;
    const groups = root === CONSTANT ? this.#byPage : this.#byClass;
    const place = root === CONSTANT ? Math.floor(start / PAGE) : values.classOf(root);
    const key = place * 2 + (isWrite ? 1 : 0);
    let group = groups.get(key);
    if (group === undefined) {
      const isArgument = root !== CONSTANT && values.classOf(root) === values.classOf(ARGUMENT);
      group = { index: this.groups.length, isWrite, isArgument };
      this.groups.push(group);
      groups.set(key, group);
    }
    return group;
  }
}

/** Decides where addresses are checked, and how much each check spans. */
export function planChecks(accesses: readonly Access[], options: PlanOptions): CheckPlan {
  const planner = new Planner(options);
  planner.plan(accesses);
  return planner;
}
