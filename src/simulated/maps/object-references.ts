import type { KernelObject } from "../objects.ts";

/** The maps or programs that a map's entries refer to by id. Each entry holds one reference to its object. */
export class ObjectReferences {
  readonly #objects = new Map<number, { readonly object: KernelObject; entries: number }>();

  get(id: number): KernelObject | undefined {
    return this.#objects.get(id)?.object;
  }

  /** An entry refers to `object` from now on. */
  add(object: KernelObject): void {
    object.acquire();
    const known = this.#objects.get(object.id);
    if (known === undefined) this.#objects.set(object.id, { object, entries: 1 });
    else known.entries++;
  }

  /** An entry no longer refers to the object of that id; 0 stands for none. */
  remove(id: number): void {
    const known = this.#objects.get(id);
    if (known === undefined) return;
    if (--known.entries === 0) this.#objects.delete(id);
    known.object.release();
  }
}
