import { FRAME_BYTES } from "../../frame.ts";
import type { Group } from "../analysis/checks.ts";
import type { Instance, Node } from "../analysis/graph.ts";
import { GROUP_STRIDE, GROUPS } from "../area.ts";
import { Code, wasm } from "../encoder/index.ts";
import type { Site, Unit } from "../unit.ts";
import type { Locals } from "./locals.ts";

/** Bytes that a function is expected to have: so many, and so many for each instruction. */
const CODE_FLOOR = 512;
const CODE_EACH = 12;

/** One function while it is emitted: its code, its locals, and the ways out of it. */
export class Body {
  readonly code: Code;
  readonly unit: Unit;
  readonly locals: Locals;
  /** Number of the function's first group among those of the module. */
  readonly firstGroup: number;
  /**
   * Instructions that may run before the chunk is looked at again: no way through the function is longer, but those
   * that go back to the start of a loop, or call. The interpreter looks in other places, so what is left of a chunk is
   * kept above this; where the budget cannot afford that, the interpreter runs the rest.
   */
  readonly slack: number;
  /** Labels of what stores the frames of an instance's callers and leaves, by instance. */
  readonly leaves: number[] = [];
  readonly #groups: readonly Group[];

  constructor(unit: Unit, locals: Locals, groups: readonly Group[], firstGroup: number, slack: number) {
    this.unit = unit;
    this.code = new Code(CODE_FLOOR + CODE_EACH * slack);
    this.locals = locals;
    this.#groups = groups;
    this.firstGroup = firstGroup;
    this.slack = slack;
  }

  /** Pushes a register. */
  get(r: number, instance: Instance): void {
    const { code, locals } = this;
    if (r !== 10) code.get(locals.registers + r);
    else if (locals.frame === undefined) code.i64(this.unit.stackTop - instance.level * FRAME_BYTES);
    else {
      code.get(locals.frame);
      if (instance.level === 0) return;
      code.i64(-instance.level * FRAME_BYTES);
      code.op(wasm.i64Add);
    }
  }

  /** Pops into a register, which is not r10. */
  set(r: number): void {
    this.code.set(this.locals.registers + r);
  }

  /** Pushes the number of frames below the one that `instance` runs in. */
  depth({ level }: Instance): void {
    const { code, locals } = this;
    if (locals.depth === undefined) code.i32(level);
    else {
      code.get(locals.depth);
      if (level === 0) return;
      code.i32(level);
      code.op(wasm.i32Add);
    }
  }

  /** A new place to leave at: before the instruction at `index` of `node`. */
  site(node: Node, index: number, isWide = false, check?: number): number {
    const position = node.position + index - node.block.start;
    return this.unit.sites.push({ index, position, level: node.instance.level, isWide, check }) - 1;
  }

  /** Leaves when the number on the stack is not zero. */
  leaveIf(node: Node, index: number, isWide = false, check?: number): void {
    this.#leaveIf(this.site(node, index, isWide, check), node.instance);
  }

  /** The same, at a site that is before no instruction of a block. */
  leaveIfAt(site: Site, instance: Instance): void {
    this.#leaveIf(this.unit.sites.push(site) - 1, instance);
  }

  /** Calls an import, whose four numbers are on the stack: pushes what it answers. */
  ask(index: number): void {
    this.code.vector();
    this.code.call(index);
  }

  leave(node: Node, index: number): void {
    const { code, locals } = this;
    code.i32(this.site(node, index));
    code.set(locals.site);
    code.br(this.leaves[node.instance.id]);
  }

  #leaveIf(site: number, { id }: Instance): void {
    const { code, locals } = this;
    // Set beforehand, so that no block is needed; nothing reads it when control stays.
    code.i32(site);
    code.set(locals.site);
    code.brUnlikely(this.leaves[id]);
  }

  /** Reads the bounds of all groups again: other code may have changed them. */
  loadGroups(): void {
    for (const { index } of this.#groups) this.loadGroup(index);
  }

  loadGroup(index: number): void {
    const { code, locals, unit } = this;
    const at = unit.area + GROUPS + (this.firstGroup + index) * GROUP_STRIDE;
    for (const half of [0, 1]) {
      code.i32(0);
      code.access(wasm.i64Load, at + half * 8);
      code.set(locals.groups + index * 2 + half);
    }
  }
}
