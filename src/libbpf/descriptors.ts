import type { Engine, Handle } from "../engine/index.ts";

/** File descriptors of one door: small integers that stand for engine handles, lowest free number from 3. */
export class Descriptors {
  readonly #engine: Engine;
  readonly #handles: (Handle | undefined)[] = [undefined, undefined, undefined];
  /** No descriptor below is free. */
  #lowest = 3;

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  /** A descriptor for `handle`; closing the descriptor closes the handle. */
  open(handle: Handle): number {
    let descriptor = this.#lowest;
    while (this.#handles[descriptor] !== undefined) descriptor++;
    this.#handles[descriptor] = handle;
    this.#lowest = descriptor + 1;
    return descriptor;
  }

  get(descriptor: number): Handle | undefined {
    return this.#handles[descriptor];
  }

  /** False where the descriptor is not open. */
  close(descriptor: number): boolean {
    const handle = this.#handles[descriptor];
    if (handle === undefined) return false;
    this.#handles[descriptor] = undefined;
    this.#lowest = Math.min(this.#lowest, descriptor);
    this.#engine.close(handle);
    return true;
  }

  closeAll(): void {
    for (const descriptor of this.#handles.keys()) this.close(descriptor);
  }
}
