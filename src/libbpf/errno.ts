import { EbpfError } from "../errors.ts";
import { errnoNumbers } from "../platform/index.ts";

/** Runs a call and turns what it throws into libbpf's negative errno; errors without an errno are thrown on. */
export function negativeErrno(call: () => number): number {
  try {
    return call();
  } catch (error) {
    const errno = error instanceof EbpfError ? error.native?.errno : undefined;
    if (errno !== undefined) return -errno;
    if (error instanceof EbpfError && error.code === "EBPF_NO_MEMORY") return -errnoNumbers.ENOMEM;
    if (error instanceof EbpfError && error.code === "EBPF_NOT_SUPPORTED") return -errnoNumbers.ENOTSUP;
    throw error;
  }
}
