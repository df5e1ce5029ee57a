import { EbpfError, type EbpfErrorCode } from "../errors.ts";
import { EbpfResult, results } from "../platform/index.ts";
import { resultHints } from "./result-hints.ts";

/** Our code for each `ebpf_result_t` that a caller can act on; all others are reported as invalid arguments. */
const codes = new Map<number, EbpfErrorCode>([
  [EbpfResult.VERIFICATION_FAILED, "EBPF_VERIFICATION_FAILED"],
  [EbpfResult.OBJECT_NOT_FOUND, "EBPF_NOT_FOUND"],
  [EbpfResult.KEY_NOT_FOUND, "EBPF_NOT_FOUND"],
  [EbpfResult.FILE_NOT_FOUND, "EBPF_NOT_FOUND"],
  [EbpfResult.NO_MORE_KEYS, "EBPF_NOT_FOUND"],
  [EbpfResult.OBJECT_ALREADY_EXISTS, "EBPF_ALREADY_EXISTS"],
  [EbpfResult.KEY_ALREADY_EXISTS, "EBPF_ALREADY_EXISTS"],
  [EbpfResult.NO_MEMORY, "EBPF_NO_MEMORY"],
  [EbpfResult.OUT_OF_SPACE, "EBPF_NO_SPACE"],
  [EbpfResult.OPERATION_NOT_SUPPORTED, "EBPF_NOT_SUPPORTED"],
  [EbpfResult.ACCESS_DENIED, "EBPF_ACCESS_DENIED"],
  [EbpfResult.BLOCKED_BY_POLICY, "EBPF_BLOCKED"],
  [EbpfResult.EXTENSION_FAILED_TO_LOAD, "EBPF_ATTACH_FAILED"],
]);

/** The typed error for an `ebpf_result_t`, with the number and its errno under `native`. */
export function failure(result: number, message: string, hint?: string): EbpfError {
  const row = results[result];
  const native = row === undefined ? { result } : { result, errno: row.errno };
  const advice = hint ?? resultHints.get(result);
  const text = row === undefined ? message : `${message} (${row.name})`;
  return new EbpfError(codes.get(result) ?? "EBPF_INVALID_ARGUMENT", text, {
    native,
    ...(advice === undefined ? {} : { hint: advice }),
  });
}
