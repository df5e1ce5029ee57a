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
  /** What is open: handles, not resources, which may be forgotten. */
  readonly #leases = new Set<Lease>();
  readonly #endings = new Set<() => void>();
  #open = true;

  constructor(engine: Engine) {
    this.engine = engine;
    this.#leaks = new FinalizationRegistry((lease) => {
      if (!lease.open) return;
      this.#close(lease);
      process.emitWarning(`${lease.what} was never closed: call close() or dispose it`, { code: "WINBPF_LEAK" });
    });
  }

  get open(): boolean {
    return this.#open;
  }

  /**
   * Marks the session closed and gives back what is still open: at once, for nobody knows when the garbage is collected.
   * Resources answer `EBPF_CLOSED` from now on.
   */
  end(): void {
    this.#open = false;
    for (const ending of [...this.#endings]) ending();
    for (const lease of [...this.#leases]) this.#close(lease);
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
    this.#leases.add(lease);
    this.#leaks.register(resource, lease, resource);
    // What a call gives that was under way when the runtime was closed.
    if (!this.#open) this.#close(lease);
    return lease;
  }

  /** Gives back what `resource` holds. */
  release(resource: object, lease: Lease): void {
    if (!lease.open) return;
    this.#leaks.unregister(resource);
    this.#close(lease);
  }

  #close(lease: Lease): void {
    lease.open = false;
    this.#leases.delete(lease);
    this.engine.close(lease.handle);
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
    this.session.release(this, this.#lease);
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
