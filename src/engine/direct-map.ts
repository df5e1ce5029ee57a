/**
 * Calls on one map through memory that caller and engine share: the caller writes keys and values where the engine reads
 * them, and reads values where they lie. One call at a time: `take` says whether it can begin, `giveBack` ends it.
 */
export interface DirectMap {
  /** What the offsets below count in. Other bytes once the engine's memory has grown, and then the old ones are empty. */
  readonly bytes: Uint8Array;
  /** Where the key goes. */
  readonly keyAt: number;
  /** Where the value to be written goes. */
  readonly valueAt: number;
  /** Whether the bytes are the same forever, and what is found lies at `valueAt`. */
  readonly isFixed: boolean;
  /** Whether a call has begun and not ended. */
  readonly isTaken: boolean;
  take(): boolean;
  giveBack(): void;
  /** Offset of the key's value, which holds until the next call of any kind; -1 where there is none. Throws as `lookup`. */
  find(): number;
  /** Writes the entry. Throws as `update` of the engine does. */
  update(flags: number): void;
  /** Whether the key was there. */
  delete(): boolean;
}
