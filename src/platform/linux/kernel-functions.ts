import type { Prototype } from "./prototype.ts";

/** A kernel function ("kfunc"): found by name in `.ksyms`, called by BTF id. */
export interface LinuxKernelFunction extends Prototype {
  /** BTF object of a kernel module; 0 is the kernel's own. */
  readonly module: number;
  readonly requiredProgramType?: string;
  readonly requiresPrivileged?: boolean;
  /** Gives back what another function acquired; references are not tracked, so calls of it are refused. */
  readonly releases?: boolean;
}

/** Kernel functions with a prototype. Ids are PREVAIL's stand-ins (vbpf/prevail b4318633, src/linux). */
export const linuxKernelFunctions: readonly LinuxKernelFunction[] = [
  { id: 1009, module: 0, name: "bpf_cpumask_create", returns: "INTEGER", arguments: [] },
  { id: 1010, module: 0, name: "bpf_cpumask_release", returns: "INTEGER", arguments: [] },
];
