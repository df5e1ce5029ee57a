import type { ElfSymbol } from "../container.ts";
import type { DeclaredMap } from "./map-section.ts";

/** Finds the map that a symbol means. */
export class MapIndex {
  readonly #places = new Map<string, DeclaredMap>();
  readonly #dataSections = new Map<number, DeclaredMap>();

  constructor(declared: readonly DeclaredMap[], dataSections: readonly DeclaredMap[]) {
    for (const map of declared) this.#places.set(`${map.section} ${map.offset}`, map);
    for (const map of dataSections) this.#dataSections.set(map.section, map);
  }

  /** The map that is declared `addend` bytes behind the symbol. */
  declared(symbol: ElfSymbol, addend: number): DeclaredMap | undefined {
    return this.#places.get(`${symbol.section} ${symbol.value + addend}`);
  }

  /** The map of the data section that the symbol lies in. */
  dataSection(symbol: ElfSymbol): DeclaredMap | undefined {
    return this.dataSectionAt(symbol.section);
  }

  dataSectionAt(section: number): DeclaredMap | undefined {
    return this.#dataSections.get(section);
  }
}
