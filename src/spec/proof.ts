/** Memory that an address can be proved to lie in. */
export type ProvenRegion = "stack" | "context" | "packet" | "map-value";

/** What was proved of one load, store or atomic operation, for all ways that lead to it and all calls of its function. */
export interface ProvenAccess {
  /** Slot of the instruction. */
  readonly slot: number;
  /** All its bytes lie in one of these. */
  readonly regions: readonly ProvenRegion[];
  /** Map values: how many bytes behind a value's first the access ends at most; 0 where no map value is meant. */
  readonly end: number;
  /** Map values: there may be none, and the address be null with as much added to it as the proof allows for. */
  readonly mayBeNull: boolean;
}

/**
 * What a verifier proved of a program's accesses to memory, for a compiler that leaves checks out. Plain data: it can be
 * kept as JSON.
 */
export interface ProgramProof {
  /** Of the program that it is about; see `hashOfProgram`. */
  readonly program: string;
  /** At most one for each slot, ascending. What is not here is not proved. */
  readonly accesses: readonly ProvenAccess[];
}
