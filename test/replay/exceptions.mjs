// What the simulated kernel does not hold, and why. Each is named in docs/fidelity.md, too.

const VERBOSE = "the report with invariants around every block (verbosity 2) is not written";
const SLICE = "the report with failure slices (verbosity 1, rejected programs) is not written";

/** `scenario call` → reason. */
export const exceptions = new Map([
  ["verbose_alu ebpf_api_elf_verify_program_from_memory", VERBOSE],
  ["verbose_partly_bad ebpf_api_elf_verify_program_from_memory", VERBOSE],
  ["verify_partly_bad ebpf_api_elf_verify_program_from_memory", SLICE],
]);
