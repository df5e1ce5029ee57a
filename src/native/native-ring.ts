import type { RingView } from "../engine/index.ts";

/** A ring of the machine's kernel. */
export interface NativeRing extends RingView {
  /** Gives its memory back; nothing is read or waited for afterwards. */
  close(): void;
}
