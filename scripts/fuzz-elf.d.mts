/** A file to mutate. */
export interface Base {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** The objects that this machine has: ours and, where present, those of the shared conformance data. */
export function findBases(maxBytes?: number): readonly Base[];

/** Mutates case `index` of `seed`; the same arguments give the same bytes. */
export function mutate(bases: readonly Base[], seed: number, index: number): Base;
