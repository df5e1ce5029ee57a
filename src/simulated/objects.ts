/**
 * A kernel object: counted references keep it alive. User references (handles) are counted apart because some maps
 * drop their contents with the last of them (libs/runtime/ebpf_object.c).
 */
export abstract class KernelObject {
  abstract readonly kind: "map" | "program" | "link";
  /** From the one counter that all kinds share; never used again. */
  readonly id: number;
  readonly #table: ObjectTable;
  #references = 0;

  constructor(table: ObjectTable) {
    this.#table = table;
    this.id = table.add(this);
  }

  get alive(): boolean {
    return this.#references > 0;
  }

  acquire(): this {
    this.#references++;
    return this;
  }

  /** Gives one reference back; the last one destroys the object. */
  release(): void {
    if (--this.#references > 0) return;
    this.#table.remove(this.id);
    this.destroy();
  }

  /** Frees what the object holds. Called once, when nothing refers to it any more. */
  protected abstract destroy(): void;
}

/** Every live object by id. Windows counts maps, programs and links together and starts at 2. */
export class ObjectTable {
  readonly #objects = new Map<number, KernelObject>();
  #next = 2;

  add(object: KernelObject): number {
    const id = this.#next++;
    this.#objects.set(id, object);
    return id;
  }

  remove(id: number): void {
    this.#objects.delete(id);
  }

  /** Live objects, oldest first. */
  [Symbol.iterator](): IterableIterator<KernelObject> {
    return this.#objects.values();
  }
}
