/**
 * Where a map keeps its values, so that compiled code looks keys up by itself. All addresses are of kernel memory and
 * stay what they are while a program that refers to the map is loaded.
 */
export type LookupTable = ArrayTable | HashTable;

/** A value for each CPU, one behind the other: the running CPU's is taken. */
export interface PerCpu {
  /** Address of the 32-bit number of the CPU that runs. */
  readonly word: number;
  /** Bytes from one CPU's value to the next. */
  readonly stride: number;
}

/** Bit `cpu % partitions` of an entry's mark. */
export interface Hot {
  /** Address of the 32-bit number of the CPU that runs. */
  readonly word: number;
  readonly partitions: number;
}

/** The value of index `i`, which is the key's first 4 bytes, is at `values + i * stride`. */
export interface ArrayTable {
  readonly kind: "array";
  /** Bytes: 1, 2, 4 or more. */
  readonly keySize: number;
  /** Bytes of a value that programs may touch. */
  readonly valueSize: number;
  readonly values: number;
  readonly stride: number;
  readonly entries: number;
  readonly perCpu?: PerCpu;
}

/**
 * Entries are chained: next entry's address, hash, value's address, a mark, then the key. `buckets` holds the addresses of the
 * first ones, 32-bit words like all of these, `mask + 1` of them. For the hash, see `emitHash` of the compiler.
 */
export interface HashTable {
  readonly kind: "hash";
  readonly keySize: number;
  readonly valueSize: number;
  readonly buckets: number;
  readonly mask: number;
  readonly seed: number;
  readonly perCpu?: PerCpu;
  /** Given, entries may be taken only if their mark has the bit of the running CPU; the helper is called for others. */
  readonly hot?: Hot;
}
