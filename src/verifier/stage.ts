/** Where a program was refused. */
export type Stage = "load" | "decode" | "cfg" | "analyze" | "budget";
