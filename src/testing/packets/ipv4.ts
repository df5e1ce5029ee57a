import { be16, encodeValue, ipv4 as ipv4Address, struct, u8 } from "../../codec/index.ts";
import { EbpfError } from "../../errors.ts";
import { internetChecksum, onesComplementSum } from "../../net/index.ts";
import { checkBits, paddedTo } from "./fields.ts";
import { type Checksum, chosenChecksum, joined, type NetworkLayer } from "./layer.ts";
import { EXPERIMENT } from "./protocol-numbers.ts";

const header = struct(
  {
    versionAndWords: u8,
    serviceType: u8,
    totalLength: be16,
    id: be16,
    fragment: be16,
    ttl: u8,
    protocol: u8,
    checksum: be16,
    src: ipv4Address,
    dst: ipv4Address,
  },
  { packed: true },
);
const CHECKSUM = 10;
const DO_NOT_FRAGMENT = 0x4000;
const MORE_FRAGMENTS = 0x2000;

export interface Ipv4Options {
  /** Sender's address; 10.0.0.1 unless given. */
  readonly src?: string;
  /** Receiver's address; 10.0.0.2 unless given. */
  readonly dst?: string;
  /** Hops left; 64 unless given. */
  readonly ttl?: number;
  /** Identification of a datagram, for its fragments; 0 unless given. */
  readonly id?: number;
  readonly doNotFragment?: boolean;
  readonly moreFragments?: boolean;
  /** Bytes in front of this fragment, a multiple of 8; 0 unless given. */
  readonly fragmentOffset?: number;
  /** Differentiated services field with its two congestion bits: 8 bits. */
  readonly serviceType?: number;
  /** Option bytes (RFC 791, section 3.1), ended with zeros up to a multiple of 4; 40 at most. */
  readonly options?: Uint8Array;
  /** Protocol number; that of what comes next unless given. */
  readonly protocol?: number;
  /** Bytes of header and content; counted unless given. */
  readonly totalLength?: number;
  /** 4 unless given. */
  readonly version?: number;
  /** Header length in words of 4 bytes; counted unless given. */
  readonly headerWords?: number;
  readonly checksum?: Checksum;
}

/** An IPv4 header (RFC 791). */
export function ipv4(options: Ipv4Options = {}): NetworkLayer {
  const { src = "10.0.0.1", dst = "10.0.0.2", ttl = 64, id = 0, serviceType = 0, version = 4 } = options;
  const optionBytes = paddedTo(4, options.options ?? new Uint8Array(0));
  if (optionBytes.length > 40) {
    throw new EbpfError("EBPF_INVALID_ARGUMENT", `ipv4.options: ${optionBytes.length} bytes; there is room for 40`);
  }
  const headerBytes = header.size + optionBytes.length;
  const words = checkBits(options.headerWords ?? headerBytes / 4, 4, "ipv4.headerWords");
  const offset = options.fragmentOffset ?? 0;
  const fragment =
    (options.doNotFragment === true ? DO_NOT_FRAGMENT : 0) |
    (options.moreFragments === true ? MORE_FRAGMENTS : 0) |
    checkBits(offset / 8, 13, "ipv4.fragmentOffset / 8");
  return {
    name: "ipv4",
    etherType: 0x0800,
    protocol: 4,
    pseudoHeaderSum(protocol, length) {
      const addresses = joined(encodeValue(ipv4Address, src, "ipv4.src"), encodeValue(ipv4Address, dst, "ipv4.dst"));
      return onesComplementSum(addresses, protocol + length);
    },
    fragment(fragmentOffset, moreFragments, protocol) {
      const known = protocol === undefined ? {} : { protocol };
      return { header: ipv4({ ...known, ...options, fragmentOffset, moreFragments }), behind: [] };
    },
    build(inside, { next }) {
      const fields = {
        versionAndWords: (checkBits(version, 4, "ipv4.version") << 4) | words,
        serviceType,
        totalLength: options.totalLength ?? headerBytes + inside.length,
        id,
        fragment,
        ttl,
        protocol: options.protocol ?? next?.protocol ?? EXPERIMENT,
        checksum: 0,
        src,
        dst,
      };
      const written = joined(encodeValue(header, fields, "ipv4"), optionBytes);
      const checksum = chosenChecksum(options.checksum, internetChecksum(written));
      written.set(encodeValue(be16, checksum, "ipv4.checksum"), CHECKSUM);
      return joined(written, inside);
    },
  };
}
