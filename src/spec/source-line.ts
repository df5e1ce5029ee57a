/** A slot that no C line stands for. The code around it goes on as if it were not said. */
export interface UnplacedSlot {
  readonly slot: number;
  readonly file: string;
}

/** The C source line that a run of slots was compiled from: holds from `slot` up to the next entry's. */
export interface SourceLine {
  readonly slot: number;
  readonly file: string;
  /** 1-based. */
  readonly line: number;
  /** 1-based; 0 where unknown. */
  readonly column: number;
  readonly text: string;
}
