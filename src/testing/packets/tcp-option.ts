import { be16, be32, encodeValue, u8 } from "../../codec/index.ts";
import { joined } from "./layer.ts";

/** A TCP option: maximum segment size, window scale, selective acknowledgment, timestamps (RFC 9293, 7323, 2018). */
export type TcpOption =
  | { readonly maximumSegment: number }
  | { readonly windowScale: number }
  | "selectiveAcknowledgmentPermitted"
  | { readonly timestamps: readonly [value: number, echo: number] }
  | "noOperation";

/** The options as bytes, one after another, without padding. */
export function tcpOptionBytes(options: readonly TcpOption[]): Uint8Array {
  return joined(...options.map(optionBytes));
}

function optionBytes(option: TcpOption): Uint8Array {
  if (option === "noOperation") return Uint8Array.of(1);
  if (option === "selectiveAcknowledgmentPermitted") return Uint8Array.of(4, 2);
  if ("maximumSegment" in option) {
    return joined(Uint8Array.of(2, 4), encodeValue(be16, option.maximumSegment, "tcp.options.maximumSegment"));
  }
  if ("windowScale" in option) {
    return joined(Uint8Array.of(3, 3), encodeValue(u8, option.windowScale, "tcp.options.windowScale"));
  }
  const [value, echo] = option.timestamps;
  return joined(Uint8Array.of(8, 10), encodeValue(be32, value), encodeValue(be32, echo));
}
