/** How much Windows' API says of a verification: the names of `ebpf_verification_verbosity_t`. */
export type LogLevel = "normal" | "informational" | "verbose";
