import type { Engine } from "../engine/index.ts";
import { Runtime } from "./runtime.ts";

/** A runtime over the machine's kernel. */
export class NativeRuntime extends Runtime {
  readonly #open: () => Engine;

  /** @internal */
  constructor(engine: Engine, open: () => Engine) {
    super(engine);
    this.#open = open;
  }

  /**
   * A new runtime of the same kind, after the driver was restarted: this one is closed. Nothing
   * but pinned objects is found again, with `openPinnedMap` and its kin.
   */
  override reopen(): Runtime {
    this.close();
    return new NativeRuntime(this.#open(), this.#open);
  }
}
