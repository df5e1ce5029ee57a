import { be16, encodeValue, ipv6 as ipv6Address, struct, u8 } from "../../codec/index.ts";
import { joined, type Layer } from "./layer.ts";
import { NO_NEXT_HEADER } from "./protocol-numbers.ts";

export interface Ipv6OptionsHeaderOptions {
  /** Options as bytes (RFC 8200, section 4.2); padding behind them is filled in. */
  readonly options?: Uint8Array;
  readonly nextHeader?: number;
}

/** Options that every router on the way looks at (RFC 8200, section 4.3). Directly behind the IPv6 header. */
export function ipv6HopByHop(options: Ipv6OptionsHeaderOptions = {}): Layer {
  return optionsHeader("ipv6HopByHop", 0, options);
}

/** Options for the receiver (RFC 8200, section 4.6). */
export function ipv6Destination(options: Ipv6OptionsHeaderOptions = {}): Layer {
  return optionsHeader("ipv6Destination", 60, options);
}

function optionsHeader(name: string, protocol: number, options: Ipv6OptionsHeaderOptions): Layer {
  return {
    name,
    protocol,
    build(inside, { next }) {
      const content = padded(options.options ?? new Uint8Array(0));
      const nextHeader = options.nextHeader ?? next?.protocol ?? NO_NEXT_HEADER;
      // The length counts units of 8 bytes, the first left out.
      const head = [encodeValue(u8, nextHeader, `${name}.nextHeader`), encodeValue(u8, (content.length + 2) / 8 - 1)];
      return joined(...head, content, inside);
    },
  };
}

/** Options up to where the header ends on a multiple of 8 bytes: Pad1 or PadN behind them. */
function padded(options: Uint8Array): Uint8Array {
  const missing = 7 - ((options.length + 1) % 8);
  if (missing === 0) return options;
  const padding = new Uint8Array(missing);
  // Pad1 is a single zero byte, PadN a 1 and the number of zeros that follow.
  if (missing > 1) padding.set([1, missing - 2]);
  return joined(options, padding);
}

export interface Ipv6RoutingOptions {
  /** The addresses still to visit, the last being where the packet ends. */
  readonly via: readonly string[];
  /** How many of them are still to visit; all unless given. */
  readonly segmentsLeft?: number;
  readonly nextHeader?: number;
}

const routing = struct(
  { nextHeader: u8, length: u8, type: u8, segmentsLeft: u8, lastEntry: u8, flags: u8, tag: be16 },
  { packed: true },
);
const SEGMENT_ROUTING = 4;

/** A segment routing header (RFC 8754, section 2): its list of segments is written from the last to the first. */
export function ipv6Routing({ via, segmentsLeft = via.length, nextHeader }: Ipv6RoutingOptions): Layer {
  const segments = via.map((address, index) => encodeValue(ipv6Address, address, `ipv6Routing.via[${index}]`));
  return {
    name: "ipv6Routing",
    protocol: 43,
    finalDestination: segmentsLeft > 0 ? segments.at(-1) : undefined,
    build(inside, { next }) {
      const fields = {
        nextHeader: nextHeader ?? next?.protocol ?? NO_NEXT_HEADER,
        length: segments.length * 2,
        type: SEGMENT_ROUTING,
        segmentsLeft,
        lastEntry: Math.max(segments.length - 1, 0),
        flags: 0,
        tag: 0,
      };
      return joined(encodeValue(routing, fields, "ipv6Routing"), ...segments.toReversed(), inside);
    },
  };
}
