import { assertText } from "../arguments.ts";
import { EbpfError } from "../errors.ts";

/**
 * Things of an object file in file order, found by name. Names come from the file and need not be unique: `get` and
 * `find` give the first of that name, iteration gives all.
 */
export class NamedList<T extends { readonly name: string }> implements Iterable<T> {
  readonly #what: string;
  readonly #items: readonly T[];
  readonly #byName = new Map<string, T>();

  /** `what` is the singular noun for messages, "program". */
  constructor(what: string, items: readonly T[]) {
    this.#what = what;
    this.#items = items;
    for (const item of items) if (!this.#byName.has(item.name)) this.#byName.set(item.name, item);
  }

  get size(): number {
    return this.#items.length;
  }

  /** The names in file order, duplicates included. */
  get names(): string[] {
    return this.#items.map((item) => item.name);
  }

  has(name: string): boolean {
    return this.#byName.has(name);
  }

  /** The first of that name, undefined where there is none. */
  find(name: string): T | undefined {
    return this.#byName.get(name);
  }

  /** The first of that name; throws `EBPF_NOT_FOUND` with the names that exist. */
  get(name: string): T {
    assertText(name, `The name of a ${this.#what}`);
    const item = this.#byName.get(name);
    if (item !== undefined) return item;
    const known = this.names.map((each) => JSON.stringify(each)).join(", ");
    throw new EbpfError("EBPF_NOT_FOUND", `There is no ${this.#what} named ${JSON.stringify(name)}`, {
      hint: known === "" ? `The object has no ${this.#what} at all.` : `The object has: ${known}.`,
    });
  }

  [Symbol.iterator](): IterableIterator<T> {
    return this.#items[Symbol.iterator]();
  }
}
