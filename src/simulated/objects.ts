/**
 * A kernel object: counted references keep it alive. User references (handles and pins) are counted apart because some
 * maps drop their contents with the last of them (libs/runtime/ebpf_object.c).
 */
export abstract class KernelObject {
  abstract readonly kind: "map" | "program" | "link";
  /** From the one counter that all kinds share; never used again. */
  readonly id: number;
  /** Paths that the object is pinned to. */
  pinnedPaths = 0;
  readonly #table: ObjectTable;
  #references = 0;
  #users = 0;

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

  /** Takes a reference for a handle or a pin. */
  acquireUser(): this {
    this.#users++;
    return this.acquire();
  }

  /** Gives the reference of a handle or a pin back. */
  releaseUser(): void {
    if (--this.#users === 0) this.lostUsers();
    this.release();
  }

  /** No handle and no pin refers to the object any more; programs, links and outer maps may. */
  protected lostUsers(): void {}

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

  /** The object of that kind and id. */
  get(kind: KernelObject["kind"], id: number): KernelObject | undefined {
    const object = this.#objects.get(id);
    return object?.kind === kind ? object : undefined;
  }

  /** The smallest id above `start` of an object of that kind. */
  nextId(kind: KernelObject["kind"], start: number): number | undefined {
    // Objects are kept in the order of their ids, because ids only grow.
    for (const object of this.#objects.values()) if (object.id > start && object.kind === kind) return object.id;
    return undefined;
  }

  /** Live objects, oldest first. */
  [Symbol.iterator](): IterableIterator<KernelObject> {
    return this.#objects.values();
  }
}
