import { be16, encodeValue, struct, u8 } from "../../codec/index.ts";
import { internetChecksum } from "../../net/index.ts";
import { type Checksum, chosenChecksum, joined, type Layer, type Surroundings } from "./layer.ts";
import { transportChecksum } from "./transport.ts";

const header = struct({ type: u8, code: u8, checksum: be16, id: be16, sequence: be16 });
const CHECKSUM = 2;

export interface IcmpOptions {
  /** Message type; an echo request unless given. */
  readonly type?: number;
  readonly code?: number;
  /** Echo identifier: the upper half of the header's second word. */
  readonly id?: number;
  /** Echo sequence number: the lower half of the header's second word (next-hop MTU in "fragmentation needed"). */
  readonly sequence?: number;
  readonly checksum?: Checksum;
}

/** An ICMP header (RFC 792): an echo request, `type: 8`, unless something else is asked for. */
export function icmp(options: IcmpOptions = {}): Layer {
  return message("icmp", 1, 8, options, (bytes) => internetChecksum(bytes));
}

/** An ICMPv6 header (RFC 4443): an echo request, `type: 128`, unless something else is asked for. */
export function icmpv6(options: IcmpOptions = {}): Layer {
  return message("icmpv6", 58, 128, options, (bytes, around) => transportChecksum(bytes, 58, around));
}

function message(
  name: string,
  protocol: number,
  echo: number,
  options: IcmpOptions,
  sum: (bytes: Uint8Array, around: Surroundings) => number,
): Layer {
  const { type = echo, code = 0, id = 0, sequence = 0 } = options;
  return {
    name,
    protocol,
    build(inside, around) {
      const bytes = joined(encodeValue(header, { type, code, checksum: 0, id, sequence }, name), inside);
      const checksum = chosenChecksum(options.checksum, sum(bytes, around));
      bytes.set(encodeValue(be16, checksum, `${name}.checksum`), CHECKSUM);
      return bytes;
    },
  };
}
