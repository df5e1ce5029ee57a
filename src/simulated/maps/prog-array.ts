import { EbpfResult } from "../../platform/index.ts";
import type { KernelObject } from "../objects.ts";
import { KernelProgram } from "../program.ts";
import { ObjectArray } from "./object-array.ts";

/** `BPF_MAP_TYPE_PROG_ARRAY`: where tail calls go. All programs of one, and those that use it, are of one type. */
export class ProgArray extends ObjectArray {
  #programType: string | undefined;

  /** The program at `index`, for a tail call. */
  program(index: number): KernelProgram | undefined {
    const object = this.at(index);
    return object instanceof KernelProgram ? object : undefined;
  }

  override lookup(): number {
    return 0;
  }

  /** Fixes the type of programs, or says `INVALID_FD` where another one is fixed. */
  override associate(programType: string): number {
    this.#programType ??= programType;
    return this.#programType === programType ? EbpfResult.SUCCESS : EbpfResult.INVALID_FD;
  }

  protected override check(object: KernelObject): number {
    return object instanceof KernelProgram ? this.associate(object.options.type) : EbpfResult.INVALID_OBJECT;
  }
}
