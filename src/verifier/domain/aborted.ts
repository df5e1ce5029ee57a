import { EbpfError } from "../../errors.ts";

/** The original verifier gives up here with an exception, and so refuses the program: `EBPF_VERIFICATION_FAILED`. */
export class AnalysisAborted extends EbpfError {
  constructor(reason: string) {
    super("EBPF_VERIFICATION_FAILED", `exception: ${reason}`);
  }
}
