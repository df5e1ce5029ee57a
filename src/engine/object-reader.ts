/** Which program of an object file is meant: the first, of the first section that has one, unless said. */
export interface ProgramChoice {
  readonly section?: string;
  /** Name of the program's function. */
  readonly program?: string;
}

/** How the system's own verifier is asked. */
export interface SystemVerifyOptions extends ProgramChoice {
  /** Name of the program type to verify for, `"xdp"`; the section's where absent. */
  readonly type?: string;
  /** How much the report says: `"normal"` where absent. */
  readonly verbosity?: "normal" | "informational" | "verbose";
}

/** What the system's own verifier said. */
export interface SystemVerdict {
  readonly passed: boolean;
  readonly report: string;
  /** Why there is no verdict, or that it is a bad one; empty where the program passes. */
  readonly error: string;
  readonly unreachable: number;
  readonly warnings: number;
  readonly maxLoopCount: number;
}

/** A program as the system lists it. */
export interface SystemProgram {
  readonly section: string;
  readonly name: string;
  /** Name of its type, or its GUID where that is not known here. */
  readonly type: string;
  /** Attach type number; 0 where it is not known here. */
  readonly attachType: number;
  /** Byte code; machine code of native images. */
  readonly code: Uint8Array;
  /** Bytes from the start of the section. */
  readonly offset: number;
  /** What its instructions are, by the names of the verifier; empty unless asked for. */
  readonly statistics: ReadonlyMap<string, number>;
}

/**
 * What ebpf-for-windows itself makes of object files, in its own words: the verifier, disassembler and reader that are
 * installed. Nothing is loaded, and no rights are needed.
 *
 * Every method throws `EBPF_INVALID_ARGUMENT`, and `EBPF_NOT_SUPPORTED` where the installed version lacks the function.
 */
export interface ObjectReader {
  /** Verifies a program of an object file's bytes. A program that is refused, or cannot be read, is no exception. */
  verify(object: Uint8Array, options?: SystemVerifyOptions): Promise<SystemVerdict>;
  /** The listing of a program of a file. Throws `EBPF_INVALID_OBJECT` where there is none. */
  disassemble(path: string, choice?: ProgramChoice): Promise<string>;
  /** The programs of an object file or native image, in the system's order. Throws as the system says. */
  programs(path: string, options?: { readonly statistics?: boolean }): Promise<readonly SystemProgram[]>;
}
