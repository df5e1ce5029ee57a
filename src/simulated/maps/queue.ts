import { CircularMap } from "./circular-map.ts";

/** `BPF_MAP_TYPE_QUEUE`: first in, first out; no keys. */
export class Queue extends CircularMap {
  protected override next(begin: number): number {
    return begin;
  }

  protected override removed(begin: number, end: number, size: number): { begin: number; end: number } {
    return { begin: (begin + 1) % size, end };
  }
}
