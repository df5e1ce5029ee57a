import { be16, encodeValue, struct } from "../../codec/index.ts";
import { type Checksum, chosenChecksum, joined, type Layer } from "./layer.ts";
import { transportChecksum } from "./transport.ts";

const header = struct({ sport: be16, dport: be16, length: be16, checksum: be16 });
const CHECKSUM = 6;
const PROTOCOL = 17;

export interface UdpOptions {
  /** Sender's port; 49152 unless given. */
  readonly sport?: number;
  /** Receiver's port; 9 (discard) unless given. */
  readonly dport?: number;
  /** Bytes of header and content; counted unless given. */
  readonly length?: number;
  /** 0 says that there is none: over IPv4 only. */
  readonly checksum?: Checksum;
}

/** A UDP header (RFC 768). */
export function udp(options: UdpOptions = {}): Layer {
  const { sport = 49_152, dport = 9 } = options;
  return {
    name: "udp",
    protocol: PROTOCOL,
    build(inside, around) {
      const length = options.length ?? header.size + inside.length;
      const message = joined(encodeValue(header, { sport, dport, length, checksum: 0 }, "udp"), inside);
      // A sum of zero is sent as all ones: zero stands for no checksum.
      const right = transportChecksum(message, PROTOCOL, around) || 0xffff;
      message.set(encodeValue(be16, chosenChecksum(options.checksum, right), "udp.checksum"), CHECKSUM);
      return message;
    },
  };
}
