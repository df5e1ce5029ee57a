import { be16, encodeValue, mac, struct } from "../../codec/index.ts";
import { joined, type Layer } from "./layer.ts";

const header = struct({ dst: mac, src: mac, type: be16 }, { packed: true });

/** EtherType of what has none of its own: "local experimental" (IEEE Std 802, clause 9.2.4). */
export const EXPERIMENTAL = 0x88b5;
/** Bytes of the shortest frame, its check sequence left out (IEEE Std 802.3, clause 3.2.8). */
const SHORTEST = 60;

export interface EthOptions {
  /** Sender's address; 02:00:00:00:00:01 unless given. */
  readonly src?: string;
  /** Receiver's address; 02:00:00:00:00:02 unless given. */
  readonly dst?: string;
  /** EtherType; that of what comes next unless given. */
  readonly type?: number;
  /** Zeros up to 60 bytes, the shortest frame: false unless given. */
  readonly pad?: boolean;
}

/** An Ethernet II header. */
export function eth(options: EthOptions = {}): Layer {
  const { src = "02:00:00:00:00:01", dst = "02:00:00:00:00:02", type, pad = false } = options;
  return {
    name: "eth",
    build(inside, { next }) {
      const written = encodeValue(header, { dst, src, type: type ?? next?.etherType ?? EXPERIMENTAL }, "eth");
      const missing = SHORTEST - written.length - inside.length;
      return joined(written, inside, new Uint8Array(pad ? Math.max(missing, 0) : 0));
    },
  };
}
