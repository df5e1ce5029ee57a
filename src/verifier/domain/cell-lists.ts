import type { Interval } from "./interval.ts";
import { KIND_COUNT, type Kind } from "./kind.ts";
import type { Cell } from "./variable-space.ts";

/** The list in which the types of cells are kept, behind those of the numeric kinds. */
export const TYPES = KIND_COUNT;

const NONE: readonly Cell[] = [];

/**
 * For each kind, the cells that the stack is cut into: which bytes are spoken of together. Lists are sorted by offset and size
 * and are replaced, never changed, so that copies share them.
 */
export class CellLists {
  readonly #lists: (readonly Cell[])[];

  private constructor(lists: (readonly Cell[])[]) {
    this.#lists = lists;
  }

  static empty(): CellLists {
    return new CellLists(new Array<readonly Cell[]>(KIND_COUNT + 1).fill(NONE));
  }

  copy(): CellLists {
    return new CellLists(this.#lists.slice());
  }

  #list(kind: Kind): readonly Cell[] {
    return this.#lists[kind] ?? NONE;
  }

  isEmpty(kind: Kind): boolean {
    return this.#list(kind).length === 0;
  }

  has(kind: Kind, cell: Cell): boolean {
    return this.#list(kind).includes(cell);
  }

  insert(kind: Kind, cell: Cell): void {
    const list = this.#list(kind);
    if (list.includes(cell)) return;
    const after = list.findIndex((other) => order(cell, other) < 0);
    this.#lists[kind] = list.toSpliced(after < 0 ? list.length : after, 0, cell);
  }

  remove(kind: Kind, cells: readonly Cell[]): void {
    if (cells.length > 0) this.#lists[kind] = this.#list(kind).filter((cell) => !cells.includes(cell));
  }

  /** Cells with a byte in [offset, offset + size). */
  overlapping(kind: Kind, offset: number, size: number): Cell[] {
    const found: Cell[] = [];
    for (const cell of this.#list(kind)) {
      if (cell.offset >= offset + size) break;
      if (offset < cell.offset + cell.size) found.push(cell);
    }
    return found;
  }

  /** Cells that a byte in `range` may touch; cells of one offset count as overlapping if the largest of them does. */
  touching(kind: Kind, range: Interval): Cell[] {
    const list = this.#list(kind);
    const found: Cell[] = [];
    for (let first = 0; first < list.length; ) {
      const { offset } = list[first] as Cell;
      let next = first;
      let size = 0;
      for (; next < list.length && (list[next] as Cell).offset === offset; next++) size = (list[next] as Cell).size;
      if (range.lower <= offset + size - 1 && range.upper >= offset) found.push(...list.slice(first, next));
      first = next;
    }
    return found;
  }

  /** Takes over the cells of another stack; which cells there are is advice, their values are in the zone. */
  unite(other: CellLists): void {
    for (let kind = 0; kind < this.#lists.length; kind++) {
      const own = this.#list(kind);
      const others = other.#list(kind);
      if (own === others || others.length === 0) continue;
      if (own.length === 0) {
        this.#lists[kind] = others;
        continue;
      }
      const missing = others.filter((cell) => !own.includes(cell));
      if (missing.length > 0) this.#lists[kind] = [...own, ...missing].sort(order);
    }
  }
}

function order(a: Cell, b: Cell): number {
  return a.offset - b.offset || a.size - b.size;
}
