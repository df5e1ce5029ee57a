import type { Runtime } from "../runtime/index.ts";
import { bpfCommandCalls } from "./bpf-command.ts";
import { type Calls, callsOf } from "./calls.ts";
import { guard } from "./guard.ts";
import { Session } from "./session.ts";

/**
 * libbpf's and ebpfapi's functions by their own names, over one runtime: integer descriptors of a table of their own,
 * negative errno results in Windows' numbers, out-parameters as members of the result. Functions that C names
 * `ebpf_result_t` give that number. Where C would read or write through NULL, a TypeError is thrown.
 */
export interface Libbpf extends Calls, ReturnType<typeof bpfCommandCalls> {
  /** C's errno: the number of the last failure. Success leaves it alone. */
  errno: number;
}

/**
 * libbpf's functions over `runtime`. Descriptors of two doors are apart even over one runtime; closing that closes them, as
 * the end of a process does. What C's compiler would not accept is `EBPF_INVALID_ARGUMENT`.
 */
export function libbpf(runtime: Runtime): Libbpf {
  const session = new Session(runtime.engine);
  runtime.onEnd(() => session.descriptors.closeAll());
  const calls = callsOf(session);
  const all = guard({ ...calls, ...bpfCommandCalls(session, calls) });
  return Object.defineProperty({ ...all, errno: 0 }, "errno", {
    enumerable: true,
    get: () => session.errno,
    set: (errno: number) => {
      session.errno = errno;
    },
  });
}
