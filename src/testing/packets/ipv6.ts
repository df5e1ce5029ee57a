import { be16, be32, encodeValue, ipv6 as ipv6Address, struct, u8 } from "../../codec/index.ts";
import { onesComplementSum } from "../../net/index.ts";
import { checkBits } from "./fields.ts";
import { ipv6Fragment } from "./ipv6-fragment.ts";
import { joined, type NetworkLayer } from "./layer.ts";
import { EXPERIMENT, NO_NEXT_HEADER } from "./protocol-numbers.ts";

const header = struct(
  {
    versionClassFlow: be32,
    payloadLength: be16,
    nextHeader: u8,
    hopLimit: u8,
    src: ipv6Address,
    dst: ipv6Address,
  },
  { packed: true },
);
/** The upper layer's length and protocol at the end of the pseudo-header. */
const pseudoTail = struct({ length: be32, protocol: be32 });

export interface Ipv6Options {
  /** Sender's address; fd00::1 unless given. */
  readonly src?: string;
  /** Receiver's address; fd00::2 unless given. */
  readonly dst?: string;
  /** Hops left; 64 unless given. */
  readonly hopLimit?: number;
  /** 8 bits; 0 unless given. */
  readonly trafficClass?: number;
  /** 20 bits; 0 unless given. */
  readonly flowLabel?: number;
  /** Protocol number; that of what comes next unless given. */
  readonly nextHeader?: number;
  /** Bytes behind the header; counted unless given. */
  readonly payloadLength?: number;
  /** What the fragments that `fragments` makes share; 0 unless given. */
  readonly fragmentId?: number;
  /** 6 unless given. */
  readonly version?: number;
}

/** An IPv6 header (RFC 8200, section 3). */
export function ipv6(options: Ipv6Options = {}): NetworkLayer {
  const { src = "fd00::1", dst = "fd00::2", hopLimit = 64, trafficClass = 0, flowLabel = 0 } = options;
  const { fragmentId = 0, version = 6 } = options;
  return {
    name: "ipv6",
    etherType: 0x86dd,
    protocol: 41,
    pseudoHeaderSum(protocol, length, destination = encodeValue(ipv6Address, dst, "ipv6.dst")) {
      const source = encodeValue(ipv6Address, src, "ipv6.src");
      return onesComplementSum(joined(source, destination, encodeValue(pseudoTail, { length, protocol })));
    },
    fragment(offset, more, nextHeader = EXPERIMENT) {
      return { header: ipv6(options), behind: [ipv6Fragment({ offset, more, id: fragmentId, nextHeader })] };
    },
    build(inside, { next }) {
      const fields = {
        versionClassFlow:
          checkBits(version, 4, "ipv6.version") * 2 ** 28 +
          checkBits(trafficClass, 8, "ipv6.trafficClass") * 2 ** 20 +
          checkBits(flowLabel, 20, "ipv6.flowLabel"),
        payloadLength: options.payloadLength ?? inside.length,
        nextHeader: options.nextHeader ?? next?.protocol ?? (inside.length === 0 ? NO_NEXT_HEADER : EXPERIMENT),
        hopLimit,
        src,
        dst,
      };
      return joined(encodeValue(header, fields, "ipv6"), inside);
    },
  };
}
