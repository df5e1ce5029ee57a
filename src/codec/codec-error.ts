import { EbpfError } from "../errors.ts";

/** Member names and indexes from the outermost value inwards. */
export type ValuePath = readonly (string | number)[];

const IDENTIFIER = /^[A-Za-z_$][\w$]*$/;

const spell = (root: string, path: ValuePath): string =>
  path.reduce<string>((text, step) => {
    if (typeof step === "number") return `${text}[${step}]`;
    return IDENTIFIER.test(step) ? `${text}.${step}` : `${text}[${JSON.stringify(step)}]`;
  }, root);

/**
 * `EBPF_INVALID_ARGUMENT`: a value does not fit its type. The message names the member: `value.stats[3].bytes: 300 does
 * not fit in u8`.
 */
export class CodecError extends EbpfError {
  /** Which member is wrong; empty for the value as a whole. */
  readonly path: ValuePath;
  /** The message without the path. */
  readonly reason: string;

  constructor(reason: string, path: ValuePath = [], root = "value") {
    super("EBPF_INVALID_ARGUMENT", `${spell(root, path)}: ${reason}`, {
      hint: "Give a value of the type that is named.",
    });
    this.path = path;
    this.reason = reason;
  }
}

/** The error one level further out: the same reason inside member `step`. Other errors pass unchanged. */
export function inside(error: unknown, step: string | number): unknown {
  return error instanceof CodecError ? new CodecError(error.reason, [step, ...error.path]) : error;
}

/** The error with the value called `root` (`key`, `globals.rate`) instead of `value`. Other errors pass unchanged. */
export function rooted(error: unknown, root: string): unknown {
  return error instanceof CodecError ? new CodecError(error.reason, error.path, root) : error;
}
