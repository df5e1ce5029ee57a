/** A global variable that BTF names: a range of bytes of a data section's map. */
export interface GlobalSpec {
  readonly name: string;
  /** Name of the map that holds it. */
  readonly map: string;
  /** Bytes from the start of the map's value. */
  readonly offset: number;
  /** Bytes. */
  readonly size: number;
  /** Id of its type in the object's BTF. */
  readonly type: number;
}
