import type { OptionRow } from "../command.ts";

/** Which kernel a command works on. */
export const runtimeOption: OptionRow = {
  name: "runtime",
  value: "windows|libbpf",
  help: "the kernel: ebpf-for-windows, or Linux' through libbpf (default: this system's)",
};
