/** What went wrong, as a stable name: a section of docs/errors.md for each, saying what to do. */
export type EbpfErrorCode =
  | "EBPF_ABORTED"
  | "EBPF_ACCESS_DENIED"
  | "EBPF_ALREADY_EXISTS"
  | "EBPF_ATTACH_FAILED"
  | "EBPF_BLOCKED"
  | "EBPF_BUDGET_EXCEEDED"
  | "EBPF_CLOSED"
  | "EBPF_DISCONNECTED"
  | "EBPF_FAULT"
  | "EBPF_INVALID_ARGUMENT"
  | "EBPF_INVALID_CAPTURE"
  | "EBPF_INVALID_INSTRUCTION"
  | "EBPF_INVALID_OBJECT"
  | "EBPF_INVALID_SYNTAX"
  | "EBPF_NOT_FOUND"
  | "EBPF_NOT_SUPPORTED"
  | "EBPF_NO_MEMORY"
  | "EBPF_NO_SPACE"
  | "EBPF_UNAVAILABLE"
  | "EBPF_UNREADABLE"
  | "EBPF_VERIFICATION_FAILED";

/** What the layer below said, as it said it. Absent members were not said. */
export interface NativeResult {
  /** `ebpf_result_t` of ebpf-for-windows (include/ebpf_result.h). */
  readonly result?: number;
  /** errno, in the numbers of the Universal C Runtime (ENOTSUP 129, EOTHER 131). */
  readonly errno?: number;
  /** Windows' `GetLastError()`. */
  readonly lastError?: number;
}

export interface EbpfErrorOptions {
  readonly cause?: unknown;
  /** What the caller can do about it, as a full sentence. */
  readonly hint?: string;
  readonly native?: NativeResult;
}

/** The one error family: everything that winbpf throws on purpose is one of these. */
export class EbpfError extends Error {
  readonly code: EbpfErrorCode;
  readonly hint: string | undefined;
  readonly native: NativeResult | undefined;

  constructor(code: EbpfErrorCode, message: string, options: EbpfErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = new.target.name;
    this.code = code;
    this.hint = options.hint;
    this.native = options.native;
  }

  /**
   * What a structured log has of the error, and a thread that cannot be given its class: `JSON.stringify(error)` leaves
   * the message of an error out otherwise, and throws where 64-bit integers are. These become decimal strings.
   */
  toJSON(): Record<string, unknown> {
    const { name, code, message, cause, ...others } = this;
    const members = Object.entries(others).map(([key, value]) => [key, withoutBigint(value)]);
    return {
      name,
      code,
      message,
      ...Object.fromEntries(members),
      ...(cause === undefined ? {} : { cause: told(cause) }),
    };
  }
}

function withoutBigint(value: unknown): unknown {
  if (typeof value === "bigint") return String(value);
  return Array.isArray(value) ? value.map(withoutBigint) : value;
}

/** Errors behind each other that are told: who changes causes afterwards can make a ring of them. */
const DEEPEST_CAUSE = 8;

/** A cause is whatever somebody threw, or gave an `AbortController`. */
function told(cause: unknown, depth = 0): unknown {
  if (cause instanceof EbpfError) return cause.toJSON();
  if (!(cause instanceof Error))
    return typeof cause === "object" ? Object.prototype.toString.call(cause) : String(cause);
  const code = "code" in cause ? { code: withoutBigint(cause.code) } : {};
  const hasMore = cause.cause !== undefined && depth < DEEPEST_CAUSE;
  return {
    name: cause.name,
    message: cause.message,
    ...code,
    ...(hasMore ? { cause: told(cause.cause, depth + 1) } : {}),
  };
}

/** A place inside an object file. */
export interface ObjectLocation {
  /** Section name as the file has it; absent where the fault lies outside every section. */
  readonly section?: string;
  /** Bytes from the start of the section; from the start of the file where there is no section. */
  readonly offset: number;
}

/** `EBPF_INVALID_OBJECT`: the object file is broken, or asks for what the loader cannot do. Names the place. */
export class InvalidObjectError extends EbpfError {
  readonly section: string | undefined;
  /** Bytes from the start of `section`, or of the file where `section` is undefined. */
  readonly offset: number;

  constructor(message: string, location: ObjectLocation, options: EbpfErrorOptions = {}) {
    const where = location.section === undefined ? "file" : `section ${JSON.stringify(location.section)}`;
    const hint = "Compile it again with `clang -target bpf -g -O2`, or look at the place with `llvm-readelf`.";
    super("EBPF_INVALID_OBJECT", `${message} (${where}, offset 0x${location.offset.toString(16)})`, {
      hint,
      ...options,
    });
    this.section = location.section;
    this.offset = location.offset;
  }
}

/** `EBPF_VERIFICATION_FAILED`: a program is refused. The message is the first complaint, `log` all that is said. */
export class VerificationError extends EbpfError {
  /** What Windows would write into the caller's log, in its words and unescaped. */
  readonly log: string;

  constructor(message: string, log: string, options: EbpfErrorOptions = {}) {
    super("EBPF_VERIFICATION_FAILED", message, options);
    this.log = log;
  }
}

/** `EBPF_INVALID_CAPTURE`: the packet capture is broken, or of a format that is not read. Names the byte. */
export class InvalidCaptureError extends EbpfError {
  /** Bytes from the start of the file. */
  readonly offset: number;

  constructor(message: string, offset: number, options: EbpfErrorOptions = {}) {
    super("EBPF_INVALID_CAPTURE", `${message} (offset 0x${offset.toString(16)})`, options);
    this.offset = offset;
  }
}
