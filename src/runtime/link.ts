import type { Handle, LinkInfo } from "../engine/index.ts";
import { pinPath } from "./pin-path.ts";
import { Resource, type Session } from "./resource.ts";

/**
 * A program attached to a hook. Closing (or disposing) the link detaches the program, unless the link is pinned. A live
 * link is held by its runtime: forgetting it does not detach anything.
 */
export class Link extends Resource {
  readonly #held: Set<Link>;

  /** @internal */
  constructor(session: Session, handle: Handle, what: string, held: Set<Link>) {
    super(session, handle, what);
    this.#held = held;
    held.add(this);
  }

  /** What the kernel says of the link. Throws `EBPF_CLOSED` after `close`. */
  get info(): LinkInfo {
    return this.session.engine.linkInfo(this.handle);
  }

  /** Takes the program off its hook; the link stays, with `info.programId` 0. Safe to call twice. */
  detach(): void {
    this.session.engine.detach(this.handle);
  }

  /** Keeps the program attached under a path, `BPF:\\name`, after the link is closed. Throws `EBPF_ALREADY_EXISTS`. */
  pin(path: string): this {
    this.session.engine.pin(this.handle, pinPath(path));
    return this;
  }

  override close(): void {
    this.#held.delete(this);
    super.close();
  }
}
