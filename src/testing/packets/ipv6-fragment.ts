import { be16, be32, encodeValue, struct, u8 } from "../../codec/index.ts";
import { checkBits } from "./fields.ts";
import { joined, type Layer } from "./layer.ts";
import { NO_NEXT_HEADER } from "./protocol-numbers.ts";

export interface Ipv6FragmentOptions {
  /** Bytes in front of this fragment, a multiple of 8; 0 unless given. */
  readonly offset?: number;
  /** Whether more fragments follow. */
  readonly more?: boolean;
  /** What fragments of one packet share; 0 unless given. */
  readonly id?: number;
  readonly nextHeader?: number;
}

const fragment = struct({ nextHeader: u8, reserved: u8, place: be16, id: be32 }, { packed: true });

/** A fragment header (RFC 8200, section 4.5). `fragments` makes whole fragmented packets. */
export function ipv6Fragment(options: Ipv6FragmentOptions = {}): Layer {
  const { offset = 0, more = false, id = 0, nextHeader } = options;
  return {
    name: "ipv6Fragment",
    protocol: 44,
    build(inside, { next }) {
      const place = (checkBits(offset / 8, 13, "ipv6Fragment.offset / 8") << 3) | (more ? 1 : 0);
      const fields = { nextHeader: nextHeader ?? next?.protocol ?? NO_NEXT_HEADER, reserved: 0, place, id };
      return joined(encodeValue(fragment, fields, "ipv6Fragment"), inside);
    },
  };
}
