import { generalHelpers, specificHelpers } from "../../platform/index.ts";
import { linuxHelpers } from "../../platform/linux/index.ts";

/** What Windows has instead of Linux' helpers, by the helper's name on Linux. */
const INSTEAD: Readonly<Record<string, string>> = {
  ringbuf_reserve: "fill a variable on the stack, and pass its address to bpf_ringbuf_output",
  ringbuf_submit: "bpf_ringbuf_output publishes a record as it is: there is nothing to submit",
  ringbuf_discard: "leave before bpf_ringbuf_output instead",
  loop: "write a for loop with a constant bound",
  strncmp: "bpf_memcmp_s compares memory",
  snprintf: "bpf_printk takes three arguments, and a ring takes the values themselves",
  trace_vprintk: "bpf_printk takes three arguments",
  xdp_adjust_tail: "only the packet's start moves, with bpf_xdp_adjust_head",
  xdp_adjust_meta: "only the packet's start moves, with bpf_xdp_adjust_head",
  spin_lock: "use atomic operations, or a per-CPU map",
  spin_unlock: "use atomic operations, or a per-CPU map",
  probe_read_user: "programs read their context, its packet and maps only",
  probe_read_kernel: "programs read their context, its packet and maps only",
  probe_read_user_str: "programs read their context, its packet and maps only",
  probe_read_kernel_str: "programs read their context, its packet and maps only",
  get_current_task: "bpf_get_current_pid_tgid says which process and thread run",
};

const windowsNumber = (name: string): number | undefined =>
  [...generalHelpers, ...Object.values(specificHelpers).flat()].find((row) => row.name === name)?.id;

/** What Linux has under a helper's number that Windows does not have, and what to do; undefined where it has none. */
export function linuxHelperAdvice(id: number): string | undefined {
  const linux = linuxHelpers[id];
  if (linux === undefined) return undefined;
  const name = `bpf_${linux.name}`;
  const number = windowsNumber(name);
  if (number !== undefined) {
    return `${id} is Linux' number of ${name}, Windows' is ${number}: compile with the headers for Windows (winbpf headers)`;
  }
  const instead = INSTEAD[linux.name];
  return `${id} is Linux' ${name}, which Windows does not have: ${instead ?? "do without it, or find another way among the helpers of bpf_helpers.h"}`;
}
