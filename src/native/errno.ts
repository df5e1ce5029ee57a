import { EbpfResult, errnoNumbers } from "../platform/index.ts";

/** Which system's numbers an error comes in. */
export type System = "windows" | "linux";

/** An errno: its name, its number in the Universal C Runtime, and the `ebpf_result_t` that stands for the same. */
export interface ErrnoRow {
  readonly name: string;
  readonly number: number;
  readonly result: number;
}

const row = (name: keyof typeof errnoNumbers, result: number): ErrnoRow => ({
  name,
  number: errnoNumbers[name],
  result,
});

/**
 * Linux' errno numbers (include/uapi/asm-generic/errno-base.h, errno.h, and linux/errno.h for 524) as the kernel's bpf()
 * gives them.
 */
const linux: ReadonlyMap<number, ErrnoRow> = new Map([
  [1, row("EPERM", EbpfResult.ACCESS_DENIED)],
  [2, row("ENOENT", EbpfResult.KEY_NOT_FOUND)],
  [3, row("ESRCH", EbpfResult.FAILED)],
  [4, row("EINTR", EbpfResult.CANCELED)],
  [5, row("EIO", EbpfResult.FAILED)],
  // A hash map that is full. Windows says ENOSPC there.
  [7, row("ENOSPC", EbpfResult.OUT_OF_SPACE)],
  [9, row("EBADF", EbpfResult.INVALID_FD)],
  [11, row("EAGAIN", EbpfResult.FAILED)],
  [12, row("ENOMEM", EbpfResult.NO_MEMORY)],
  [13, row("EACCES", EbpfResult.VERIFICATION_FAILED)],
  [14, row("EFAULT", EbpfResult.INVALID_POINTER)],
  [16, row("EBUSY", EbpfResult.ALREADY_PINNED)],
  [17, row("EEXIST", EbpfResult.OBJECT_ALREADY_EXISTS)],
  [19, row("ENODEV", EbpfResult.OBJECT_NOT_FOUND)],
  [22, row("EINVAL", EbpfResult.INVALID_ARGUMENT)],
  [23, row("ENFILE", EbpfResult.NO_MEMORY)],
  [24, row("EMFILE", EbpfResult.NO_MEMORY)],
  [28, row("ENOSPC", EbpfResult.OUT_OF_SPACE)],
  [34, row("ERANGE", EbpfResult.INVALID_ARGUMENT)],
  [36, row("ENAMETOOLONG", EbpfResult.INVALID_ARGUMENT)],
  [38, row("ENOSYS", EbpfResult.OPERATION_NOT_SUPPORTED)],
  [95, row("ENOTSUP", EbpfResult.OPERATION_NOT_SUPPORTED)],
  [105, row("ENOBUFS", EbpfResult.INSUFFICIENT_BUFFER)],
  [110, row("ETIMEDOUT", EbpfResult.TIMEOUT)],
  [524, row("ENOTSUP", EbpfResult.OPERATION_NOT_SUPPORTED)],
]);

/** What a number of Linux' means; EOTHER for what the table lacks. */
export function linuxErrno(number: number): ErrnoRow {
  return linux.get(number) ?? row("EOTHER", EbpfResult.FAILED);
}

const names = Object.entries(errnoNumbers);
const byName: ReadonlyMap<string, ErrnoRow> = new Map([...linux.values()].map((each) => [each.name, each]));

/** What a number of the Universal C Runtime means. */
export function windowsErrno(number: number): ErrnoRow {
  const name = names.find(([, each]) => each === number)?.[0] ?? "EOTHER";
  return byName.get(name) ?? { name, number, result: EbpfResult.FAILED };
}
