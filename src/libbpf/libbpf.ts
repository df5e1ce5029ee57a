import type { Runtime } from "../runtime/index.ts";
import { bpfCommandCalls } from "./bpf-command.ts";
import { type Calls, callsOf } from "./calls.ts";
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

/** libbpf's functions over `runtime`. Descriptors of two doors are apart even over one runtime. */
export function libbpf(runtime: Runtime): Libbpf {
  const session = new Session(runtime.engine);
  const calls = callsOf(session);
  return Object.defineProperty({ ...calls, ...bpfCommandCalls(session, calls), errno: 0 }, "errno", {
    enumerable: true,
    get: () => session.errno,
    set: (errno: number) => {
      session.errno = errno;
    },
  });
}
