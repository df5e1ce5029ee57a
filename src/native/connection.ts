import { EbpfError } from "../errors.ts";
import { EbpfResult } from "../platform/index.ts";
import { type Addon, isFailure, type LibraryRef, type ObjectRef } from "./addon.ts";

/**
 * What ebpfapi may say when the driver is another than the one that its handles were opened on. The device handle of the
 * thread is dead: whatever Windows says of that is FAILED, CANCELED or INVALID_FD, or ACCESS_DENIED where there is none
 * (include/ebpf_utilities.h; libs/api_common/device_helper.hpp, invoke_ioctl). Or the thread reaches the new driver, to
 * which the descriptors are files of somebody else: INVALID_OBJECT (libs/runtime/kernel/ebpf_handle_kernel.c), which
 * comes as INVALID_ARGUMENT where all there is is an errno.
 */
const suspicious: ReadonlySet<number> = new Set([
  EbpfResult.INVALID_FD,
  EbpfResult.INVALID_OBJECT,
  EbpfResult.INVALID_ARGUMENT,
  EbpfResult.FAILED,
  EbpfResult.ACCESS_DENIED,
  EbpfResult.CANCELED,
  EbpfResult.STALE_ID,
]);

/** Whether an error may mean that the driver is gone: `isCutOff` finds out. */
export function isSuspicious({ native }: EbpfError): boolean {
  return native?.result !== undefined && suspicious.has(native.result);
}

/**
 * Whether a call that cannot fail does fail: asking for an open object's description, or for the first map's id. One
 * system call.
 */
export function isCutOff(addon: Addon, library: LibraryRef, object: ObjectRef | undefined): boolean {
  const answer = object === undefined ? addon.nextId(library, "map", 0) : addon.info(object, "map");
  return typeof answer === "object" && isFailure(answer) && answer.missing !== true;
}

/** What a dead handle for test runs gives: ebpfapi has one for the whole process, and opens it once. */
const deadHandle: ReadonlySet<number> = new Set([EbpfResult.INVALID_FD, EbpfResult.FAILED, EbpfResult.CANCELED]);

/**
 * The error of a test run in a runtime that was opened again: ebpfapi makes test runs through a handle of the process,
 * which it never opens again (libs/api_common/device_helper.cpp, get_async_device_handle).
 */
export function afterReopening(cause: EbpfError): EbpfError {
  if (cause.native?.result === undefined || !deadHandle.has(cause.native.result)) return cause;
  return new EbpfError("EBPF_DISCONNECTED", `The driver was restarted since this process began. ${cause.message}`, {
    cause,
    hint: "Restart the process: ebpfapi makes test runs through a handle that it opens once.",
    native: cause.native,
  });
}

/** The error for a driver that is gone, with what showed it as its cause. */
export function disconnected(cause: EbpfError): EbpfError {
  return new EbpfError("EBPF_DISCONNECTED", `The driver was restarted, or stopped. ${cause.message}`, {
    cause,
    hint: "Call `runtime.reopen()` and open again what is pinned: everything else of the old driver is gone.",
    ...(cause.native === undefined ? {} : { native: cause.native }),
  });
}
