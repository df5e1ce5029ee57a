import type { LinkInfo } from "../engine/index.ts";
import type { Kernel } from "./kernel.ts";
import { KernelObject } from "./objects.ts";
import type { KernelProgram } from "./program.ts";

/** A program on a hook. The hook gives `detach`, which must be safe to call once. */
export class KernelLink extends KernelObject {
  readonly kind = "link";
  readonly #attachType: number;
  readonly #detachHook: () => void;
  #program: KernelProgram | undefined;

  constructor(kernel: Kernel, program: KernelProgram, attachType: number, detachHook: () => void) {
    super(kernel.objects);
    this.#attachType = attachType;
    this.#detachHook = detachHook;
    this.#program = program.acquire();
  }

  get info(): LinkInfo {
    return { id: this.id, programId: this.#program?.id ?? 0, attachType: this.#attachType };
  }

  /** Takes the program off the hook; the link stays until its last reference. Idempotent. */
  detach(): void {
    const program = this.#program;
    if (program === undefined) return;
    this.#program = undefined;
    this.#detachHook();
    program.release();
  }

  protected override destroy(): void {
    this.detach();
  }
}
