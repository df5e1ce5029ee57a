/** Verdicts that have names, and a few more. */
const USUAL = 16;

/** Counts verdicts, at once for those that programs usually give. */
export class Verdicts {
  readonly #usual = new Float64Array(USUAL);
  readonly #others = new Map<number, number>();
  /** Verdicts in the order in which they were first seen. */
  readonly #order = new Set<number>();

  add(verdict: number): void {
    if (verdict >= USUAL) {
      this.#others.set(verdict, (this.#others.get(verdict) ?? 0) + 1);
      this.#order.add(verdict);
      return;
    }
    if (this.#usual[verdict] === 0) this.#order.add(verdict);
    this.#usual[verdict]++;
  }

  counts(): ReadonlyMap<number, number> {
    const count = (verdict: number) => (verdict < USUAL ? this.#usual[verdict] : (this.#others.get(verdict) ?? 0));
    return new Map([...this.#order].map((verdict) => [verdict, count(verdict)]));
  }
}
