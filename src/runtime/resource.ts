import type { Engine, Handle } from "../engine/index.ts";
import { EbpfError } from "../errors.ts";

/** What a finalizer may still see of a resource that nobody can reach: it must not refer to the resource itself. */
interface Lease {
  readonly handle: Handle;
  readonly what: string;
  open: boolean;
}

/** The runtime's side of every resource: the engine below, whether it is still open, and the watch for leaks. */
export class Session {
  readonly engine: Engine;
  readonly #leaks: FinalizationRegistry<Lease>;
  readonly #endings = new Set<() => void>();
  #open = true;

  constructor(engine: Engine) {
    this.engine = engine;
    this.#leaks = new FinalizationRegistry((lease) => {
      if (!lease.open || !this.#open) return;
      engine.close(lease.handle);
      process.emitWarning(`${lease.what} was never closed: call close() or dispose it`, { code: "WINBPF_LEAK" });
    });
  }

  get open(): boolean {
    return this.#open;
  }

  /** Marks the session closed; resources that are still open answer `EBPF_CLOSED` from now on. */
  end(): void {
    this.#open = false;
    for (const ending of [...this.#endings]) ending();
  }

  /** Calls `ending` when the runtime is closed, unless the returned function was called before. */
  onEnd(ending: () => void): () => void {
    this.#endings.add(ending);
    return () => this.#endings.delete(ending);
  }

  /** Throws `EBPF_CLOSED` when the runtime is closed. */
  assertOpen(): void {
    if (!this.#open) {
      throw new EbpfError("EBPF_CLOSED", "The runtime is closed", { hint: "Open a new runtime." });
    }
  }

  lease(resource: object, handle: Handle, what: string): Lease {
    const lease = { handle, what, open: true };
    this.#leaks.register(resource, lease, resource);
    return lease;
  }

  forget(resource: object): void {
    this.#leaks.unregister(resource);
  }
}

/** Something that holds a kernel object: `close()` (or disposal) gives it back, once; use after that is `EBPF_CLOSED`. */
export abstract class Resource {
  protected readonly session: Session;
  readonly #lease: Lease;

  protected constructor(session: Session, handle: Handle, what: string) {
    this.session = session;
    this.#lease = session.lease(this, handle, what);
  }

  /** Whether `close` was called, on this or on the runtime. */
  get closed(): boolean {
    return !this.#lease.open || !this.session.open;
  }

  /** Gives the kernel object back. Safe to call twice. */
  close(): void {
    if (!this.#lease.open) return;
    this.#lease.open = false;
    this.session.forget(this);
    if (this.session.open) this.session.engine.close(this.#lease.handle);
  }

  [Symbol.dispose](): void {
    this.close();
  }

  /**
   * The engine's handle, for use inside winbpf.
   * @internal
   */
  get handle(): Handle {
    this.assertOpen();
    return this.#lease.handle;
  }

  /**
   * Throws `EBPF_CLOSED` where this or the runtime is closed.
   * @internal
   */
  assertOpen(): void {
    // Small, so that V8 puts it into the calls that begin with it.
    if (!this.#lease.open || !this.session.open) this.#refuse();
  }

  #refuse(): void {
    this.session.assertOpen();
    throw new EbpfError("EBPF_CLOSED", `${this.#lease.what} is closed`, {
      hint: "Keep it open for as long as it is used.",
    });
  }
}
