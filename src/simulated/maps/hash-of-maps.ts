import type { MapOptions } from "../../engine/index.ts";
import { EbpfResult } from "../../platform/index.ts";
import type { Kernel } from "../kernel.ts";
import type { KernelObject } from "../objects.ts";
import { HashTable } from "./hash-table.ts";
import type { InnerTemplate } from "./inner-template.ts";
import { KernelMap } from "./kernel-map.ts";
import { ObjectReferences } from "./object-references.ts";

const ID_BYTES = 4;

/** `BPF_MAP_TYPE_HASH_OF_MAPS`: a hash table of map ids. Contents go with the last user reference. */
export class HashOfMaps extends KernelMap {
  readonly #table: HashTable;
  readonly #template: InnerTemplate;
  readonly #inner = new ObjectReferences();

  constructor(kernel: Kernel, options: MapOptions, template: InnerTemplate) {
    super(kernel, options);
    const { name, keySize, maxEntries } = options;
    this.#template = template;
    this.#table = new HashTable(kernel, {
      name,
      keySize,
      valueSize: ID_BYTES,
      maxEntries,
      onLeave: (value) => this.#inner.remove(this.memory.data.getUint32(value, true)),
    });
  }

  override prepare(): void {
    super.prepare();
    this.#table.prepare();
  }

  override get innerMapId(): number {
    return this.#template.id;
  }

  override lookup(key: number): number {
    const id = this.#table.find(key);
    const inner = id === 0 ? undefined : this.#inner.get(this.memory.data.getUint32(id, true));
    return inner instanceof KernelMap ? inner.address : 0;
  }

  override find(key: number, remove: boolean): number {
    if (remove) return -EbpfResult.INVALID_ARGUMENT;
    return this.#table.find(key) || -EbpfResult.OBJECT_NOT_FOUND;
  }

  override updateObject(key: number, object: KernelObject | undefined, flags: number): number {
    if (object === undefined) return EbpfResult.INVALID_ARGUMENT;
    const checked = this.#template.check(object);
    if (checked !== EbpfResult.SUCCESS) return checked;
    const id = this.kernel.scratch(ID_BYTES);
    if (id === 0) return EbpfResult.NO_MEMORY;
    this.memory.data.setUint32(id, object.id, true);
    this.#inner.add(object);
    const result = this.#table.update(key, id, flags);
    if (result !== EbpfResult.SUCCESS) this.#inner.remove(object.id);
    return result;
  }

  override delete(key: number): number {
    return this.#table.delete(key) === EbpfResult.SUCCESS ? EbpfResult.SUCCESS : EbpfResult.OBJECT_NOT_FOUND;
  }

  override nextKey(previous: number, into: number): number {
    return this.#table.nextKey(previous, into);
  }

  protected override lostUsers(): void {
    const key = this.kernel.scratch(this.options.keySize);
    while (key !== 0 && this.#table.nextKey(0, key) === EbpfResult.SUCCESS) this.#table.delete(key);
  }

  protected override destroy(): void {
    this.lostUsers();
    this.#table.destroy();
    super.destroy();
  }
}
