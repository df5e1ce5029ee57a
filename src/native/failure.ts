import { failure } from "../engine/index.ts";
import { EbpfError, type EbpfErrorCode } from "../errors.ts";
import { EbpfResult, errnoNumbers } from "../platform/index.ts";
import { CLOSED, type Failure, MISSING } from "./addon.ts";
import { type ErrnoRow, linuxErrno, type System, windowsErrno } from "./errno.ts";
import { hintFor } from "./hints.ts";

/** Our code for each errno that a caller can act on; all others are invalid arguments. */
const codes: ReadonlyMap<string, EbpfErrorCode> = new Map([
  ["EPERM", "EBPF_ACCESS_DENIED"],
  ["EACCES", "EBPF_ACCESS_DENIED"],
  ["ENOENT", "EBPF_NOT_FOUND"],
  ["ENODEV", "EBPF_NOT_FOUND"],
  ["EEXIST", "EBPF_ALREADY_EXISTS"],
  ["EBUSY", "EBPF_ALREADY_EXISTS"],
  ["ENOMEM", "EBPF_NO_MEMORY"],
  ["ENFILE", "EBPF_NO_MEMORY"],
  ["EMFILE", "EBPF_NO_MEMORY"],
  ["ENOSPC", "EBPF_NO_SPACE"],
  ["ENOTSUP", "EBPF_NOT_SUPPORTED"],
  ["ENOSYS", "EBPF_NOT_SUPPORTED"],
  ["EOPNOTSUPP", "EBPF_NOT_SUPPORTED"],
]);

/** The typed error for what the library below said of `what`, a sentence without its full stop. */
export function nativeError(system: System, failed: Failure, what: string): EbpfError {
  if (failed.missing === true) {
    return new EbpfError("EBPF_NOT_SUPPORTED", `${what}: the installed version has no ${failed.failed}`, {
      native: { result: EbpfResult.OPERATION_NOT_SUPPORTED, errno: errnoNumbers.ENOTSUP },
      hint: "A newer version of the library has it; ask `runtime.supports()` first.",
    });
  }
  if (failed.result !== undefined && failed.result !== 0) {
    return failure(failed.result, `${what}: ${failed.failed} failed`, hintFor(system, failed));
  }
  const errno = errnoRow(system, failed.errno ?? 0);
  const hint = hintFor(system, failed);
  return new EbpfError(
    codes.get(errno.name) ?? "EBPF_INVALID_ARGUMENT",
    `${what}: ${failed.failed} failed (${errno.name})`,
    {
      native: { result: errno.result, errno: errno.number },
      ...(hint === undefined ? {} : { hint }),
    },
  );
}

/** The same for the negative number that a call gave. */
export function numberError(system: System, call: string, number: number, what: string): EbpfError {
  if (number === CLOSED) return closedError(what);
  return nativeError(
    system,
    number === MISSING ? { failed: call, missing: true } : { failed: call, errno: -number },
    what,
  );
}

function closedError(what: string): EbpfError {
  return new EbpfError("EBPF_CLOSED", `${what}: it is closed`, { hint: "Keep it open for as long as it is used." });
}

function errnoRow(system: System, number: number): ErrnoRow {
  return system === "linux" ? linuxErrno(number) : windowsErrno(number);
}
