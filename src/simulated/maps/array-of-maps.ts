import type { MapOptions } from "../../engine/index.ts";
import type { Kernel } from "../kernel.ts";
import type { KernelObject } from "../objects.ts";
import { arrayIndex } from "./array-index.ts";
import type { InnerTemplate } from "./inner-template.ts";
import { KernelMap } from "./kernel-map.ts";
import { ObjectArray } from "./object-array.ts";

/** `BPF_MAP_TYPE_ARRAY_OF_MAPS`: programs look up the inner map itself. */
export class ArrayOfMaps extends ObjectArray {
  readonly #template: InnerTemplate;

  constructor(kernel: Kernel, options: MapOptions, template: InnerTemplate) {
    super(kernel, options);
    this.#template = template;
  }

  override get innerMapId(): number {
    return this.#template.id;
  }

  override lookup(key: number): number {
    const inner = this.at(arrayIndex(this, this.memory, key));
    return inner instanceof KernelMap ? inner.address : 0;
  }

  protected override check(object: KernelObject): number {
    return this.#template.check(object);
  }
}
