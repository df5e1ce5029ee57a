/** Content that an object file gives a map of maps or of programs: slot `index` holds the named map or program. */
export interface InitialEntry {
  readonly index: number;
  readonly kind: "map" | "program";
  readonly name: string;
}

/** One map of an object file. */
export interface MapSpec {
  readonly name: string;
  /** Map type number as the file has it: Windows' numbers in objects for Windows, Linux's in others. */
  readonly type: number;
  /** Bytes. */
  readonly keySize: number;
  /** Bytes. */
  readonly valueSize: number;
  readonly maxEntries: number;
  /** `map_flags`; Windows has none and ignores them in object files. */
  readonly flags: number;
  /** Pinned (and reused) by name when the object is loaded: `LIBBPF_PIN_BY_NAME`. */
  readonly pinByName: boolean;
  /** Section that declares it: `maps`, `.maps`, `.data`, `.rodata.str`, … */
  readonly section: string;
  /**
   * The number that stands for the map in `lddw` immediates before it is loaded, counted as PREVAIL counts: BTF maps by
   * type, others by place. Maps of one type share a number: references go by name.
   */
  readonly descriptor: number;
  /** Id of the key's type in the object's BTF. */
  readonly keyType?: number;
  /** Id of the value's type in the object's BTF. */
  readonly valueType?: number;
  /** Maps of maps: what an inner map must look like. A named map, or an anonymous one found only here. */
  readonly inner?: MapSpec;
  /** Maps of maps and of programs: static initial entries. */
  readonly entries?: readonly InitialEntry[];
  /** Global data: the section's bytes, the first (only) value. Absent where all are zero (`.bss`). */
  readonly initial?: Uint8Array;
  /** The verifier and the kernel may treat the content as constant (`.rodata*`). */
  readonly readOnly?: boolean;
}
