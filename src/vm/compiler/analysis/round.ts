import { FRAME_BYTES } from "../../frame.ts";
import type { Node } from "./graph.ts";
import { combine, constantOf, type Linear, lowHalf, meet, registerOf, scale, upperHalf } from "./linear.ts";
import { operandsOf, type Source } from "./source.ts";

const REGISTERS = 10;
const FRAME_REGISTER = 10;
const WORD = 2 ** 32;

/** What r0 to r9 hold, where that can be told. */
export type RoundState = (Linear | undefined)[];

export interface RoundOptions {
  readonly source: Source;
  /** Address above the first frame; undefined in functions that run at any depth. */
  readonly stackTop: number | undefined;
  readonly predecessors: readonly (readonly number[])[];
}

/** One round of a loop: what registers hold, in terms of what they held when it began. */
export class Round {
  /** By order of the loop's blocks, at their ends. */
  readonly #ends = new Map<number, RoundState>();
  readonly #options: RoundOptions;

  /** `nodes`: the loop's blocks in reverse postorder, its header first; `visit` is told of each instruction. */
  constructor(
    options: RoundOptions,
    nodes: readonly Node[],
    visit: (node: Node, index: number, state: RoundState) => void,
  ) {
    this.#options = options;
    for (const node of nodes) {
      const state = node === nodes[0] ? Array.from({ length: REGISTERS }, (_, r) => registerOf(r)) : this.#enter(node);
      for (let index = node.block.start; index < node.block.end; index++) {
        visit(node, index, state);
        this.#step(node, index, state);
      }
      this.#ends.set(node.order, state);
    }
  }

  /** What `r` holds at the end of a block. */
  at(node: Node, r: number): Linear | undefined {
    const state = this.#ends.get(node.order);
    return state === undefined ? undefined : this.read(r, node.instance, state);
  }

  read(r: number, { level }: Node["instance"], state: RoundState): Linear | undefined {
    if (r !== FRAME_REGISTER) return state[r];
    const { stackTop } = this.#options;
    const below = -level * FRAME_BYTES;
    return stackTop === undefined
      ? combine(registerOf(FRAME_REGISTER), constantOf(below), 1)
      : constantOf(stackTop + below);
  }

  #enter({ order }: Node): RoundState {
    const [first, ...others] = this.#options.predecessors[order].map((from) => this.#ends.get(from) ?? []);
    return Array.from({ length: REGISTERS }, (_, r) =>
      others.reduce((value, other) => meet(value, other[r]), first[r]),
    );
  }

  #step(node: Node, index: number, state: RoundState): void {
    const { source } = this.#options;
    const { kind, fields, operation } = source.forms[index];
    const { dst, src } = source.instructions[index];
    if (kind === "alu") state[dst] = this.#arithmetic(node, index, state);
    else if (kind === "wide") {
      const [low, high] = operandsOf(source, index);
      const value = high * WORD + (low >>> 0);
      state[dst] = Number.isSafeInteger(value) ? constantOf(value) : undefined;
    } else {
      if (fields.dst === "write" || fields.dst === "read-write") state[dst] = undefined;
      if (fields.src === "read-write") state[src] = undefined;
      if (operation === "cmpxchg") state[0] = undefined;
    }
  }

  #arithmetic({ instance }: Node, index: number, state: RoundState): Linear | undefined {
    const { source } = this.#options;
    const { operation, width, source: operand } = source.forms[index];
    const { dst, src, imm } = source.instructions[index];
    const second = operand === "k" ? constantOf(imm) : this.read(src, instance, state);
    const first = operation === "mov" ? undefined : state[dst];
    const value = this.#result(operation, first, second, operand === "k" ? imm : undefined, width);
    return value !== undefined && width === 32 ? lowHalf(value) : value;
  }

  #result(
    operation: string,
    first: Linear | undefined,
    second: Linear | undefined,
    imm: number | undefined,
    width: number,
  ): Linear | undefined {
    if (operation === "mov") return second;
    if (first === undefined) return undefined;
    if (operation === "add" && second !== undefined) return combine(first, second, 1);
    if (operation === "sub" && second !== undefined) return combine(first, second, -1);
    if (imm === undefined) return undefined;
    if (operation === "mul") return scale(first, imm);
    if (operation === "lsh") return scale(first, 2 ** (imm & (width - 1)));
    if (operation === "rsh" && width === 64 && imm === 32) return upperHalf(first);
    return undefined;
  }
}
