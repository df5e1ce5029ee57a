import { EbpfResult } from "../platform/index.ts";

/** What can be done about an `ebpf_result_t`, whoever's; production.md says more of each. */
export const resultHints: ReadonlyMap<number, string> = new Map([
  [EbpfResult.VERIFICATION_FAILED, "The error's `log` says why; `winbpf verify` explains it."],
  [EbpfResult.INVALID_FD, "What it was opened as is gone: open it again."],
  [EbpfResult.INVALID_OBJECT, "Give an object of the kind that the call is for."],
  [EbpfResult.INVALID_ARGUMENT, "Check sizes, indexes, types and flags: the kernel says no more."],
  [EbpfResult.OBJECT_NOT_FOUND, "`winbpf show maps|programs|links|pins` lists what there is."],
  [EbpfResult.OBJECT_ALREADY_EXISTS, "Take another path or key, or take away what is there."],
  [EbpfResult.ALREADY_PINNED, "It is in use: take its pin or its link away first."],
  [EbpfResult.NO_MEMORY, "Close what is not used, or make maps smaller."],
  [EbpfResult.PROGRAM_TOO_LARGE, "Make the program shorter, or divide it by tail calls."],
  [EbpfResult.OPERATION_NOT_SUPPORTED, "Objects of this kind cannot do that here."],
  [EbpfResult.KEY_NOT_FOUND, "There is nothing of that name, number or key."],
  [EbpfResult.INSUFFICIENT_BUFFER, "Give less data, or more room for what comes back."],
  [EbpfResult.NO_MORE_KEYS, "That was the last one."],
  [EbpfResult.KEY_ALREADY_EXISTS, "The key is there: use mode `any` or `replace`."],
  [EbpfResult.OUT_OF_SPACE, "Read or delete entries, or make the map larger."],
  [EbpfResult.CANCELED, "The call was interrupted: try again."],
  [EbpfResult.INVALID_POINTER, "The kernel could not use memory that it was given: report this with its message."],
  [EbpfResult.TIMEOUT, "It took too long: try again."],
]);
