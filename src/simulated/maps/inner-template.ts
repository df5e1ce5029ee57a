import { failure, type MapOptions } from "../../engine/index.ts";
import { EbpfResult } from "../../platform/index.ts";
import type { KernelObject } from "../objects.ts";
import { KernelMap } from "./kernel-map.ts";

/** What an inner map must look like: the outer map keeps the numbers, not the template itself. */
export class InnerTemplate {
  readonly id: number;
  readonly #options: MapOptions;

  /** Throws `INVALID_FD` where `template` is no map. */
  constructor(name: string, template: KernelObject | undefined) {
    if (template === undefined) {
      throw failure(EbpfResult.INVALID_FD, `Map ${JSON.stringify(name)}: a map of maps needs an inner map as template`);
    }
    if (!(template instanceof KernelMap)) {
      throw failure(EbpfResult.INVALID_OBJECT, `Map ${JSON.stringify(name)}: the inner map is no map`);
    }
    this.id = template.id;
    this.#options = template.options;
  }

  /** Whether a map may be put into the outer map: `SUCCESS` or `INVALID_OBJECT`. */
  check(object: KernelObject): number {
    if (!(object instanceof KernelMap)) return EbpfResult.INVALID_OBJECT;
    const { type, keySize, valueSize, maxEntries } = object.options;
    const wanted = this.#options;
    const alike =
      type === wanted.type &&
      keySize === wanted.keySize &&
      valueSize === wanted.valueSize &&
      maxEntries === wanted.maxEntries;
    return alike ? EbpfResult.SUCCESS : EbpfResult.INVALID_OBJECT;
  }
}
