import { CircularMap } from "./circular-map.ts";

/** `BPF_MAP_TYPE_STACK`: last in, first out; no keys. */
export class Stack extends CircularMap {
  protected override next(_begin: number, lastBeforeEnd: number): number {
    return lastBeforeEnd;
  }

  protected override removed(begin: number, end: number, size: number): { begin: number; end: number } {
    return { begin, end: (end + size - 1) % size };
  }
}
