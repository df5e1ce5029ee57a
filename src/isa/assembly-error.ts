import { EbpfError } from "../errors.ts";

/** `EBPF_INVALID_SYNTAX`: assembly text that cannot be read. Names the place. */
export class AssemblyError extends EbpfError {
  /** 1-based. */
  readonly line: number;
  /** 1-based, in UTF-16 code units. */
  readonly column: number;

  constructor(message: string, place: { readonly line: number; readonly column: number }) {
    super("EBPF_INVALID_SYNTAX", `line ${place.line}, column ${place.column}: ${message}`);
    this.line = place.line;
    this.column = place.column;
  }
}
