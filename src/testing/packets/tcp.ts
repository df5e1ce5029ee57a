import { be16, be32, encodeValue, struct, u8 } from "../../codec/index.ts";
import { EbpfError } from "../../errors.ts";
import { checkBits, paddedTo } from "./fields.ts";
import { type Checksum, chosenChecksum, joined, type Layer } from "./layer.ts";
import { type TcpOption, tcpOptionBytes } from "./tcp-option.ts";
import { transportChecksum } from "./transport.ts";

const header = struct({
  sport: be16,
  dport: be16,
  sequence: be32,
  acknowledgment: be32,
  wordsAndReserved: u8,
  flags: u8,
  window: be16,
  checksum: be16,
  urgent: be16,
});
const CHECKSUM = 16;
const PROTOCOL = 6;

/** Bits of the flags byte (RFC 9293, section 3.1). */
const flagBits = { fin: 1, syn: 2, rst: 4, psh: 8, ack: 16, urg: 32, ece: 64, cwr: 128 } as const;

export type TcpFlag = keyof typeof flagBits;

export interface TcpOptions {
  /** Sender's port; 49152 unless given. */
  readonly sport?: number;
  /** Receiver's port; 80 unless given. */
  readonly dport?: number;
  readonly sequence?: number;
  readonly acknowledgment?: number;
  /** One flag, several, or the byte itself; `"ack"` unless given. */
  readonly flags?: TcpFlag | readonly TcpFlag[] | number;
  /** 64,240 unless given. */
  readonly window?: number;
  readonly urgent?: number;
  /** Options by name, or as bytes; padded with zeros to a multiple of 4; 40 bytes at most. */
  readonly options?: readonly TcpOption[] | Uint8Array;
  /** Header length in words of 4 bytes; counted unless given. */
  readonly headerWords?: number;
  readonly checksum?: Checksum;
}

/** A TCP header (RFC 9293, section 3.1). */
export function tcp(options: TcpOptions = {}): Layer {
  const { sport = 49_152, dport = 80, sequence = 0, acknowledgment = 0, window = 64_240, urgent = 0 } = options;
  const given = options.options ?? [];
  const optionBytes = paddedTo(4, given instanceof Uint8Array ? given : tcpOptionBytes(given));
  if (optionBytes.length > 40) {
    throw new EbpfError("EBPF_INVALID_ARGUMENT", `tcp.options: ${optionBytes.length} bytes; there is room for 40`);
  }
  const words = options.headerWords ?? (header.size + optionBytes.length) / 4;
  const fields = {
    sport,
    dport,
    sequence,
    acknowledgment,
    wordsAndReserved: checkBits(words, 4, "tcp.headerWords") << 4,
    flags: flagsByte(options.flags ?? "ack"),
    window,
    checksum: 0,
    urgent,
  };
  return {
    name: "tcp",
    protocol: PROTOCOL,
    build(inside, around) {
      const message = joined(encodeValue(header, fields, "tcp"), optionBytes, inside);
      const checksum = chosenChecksum(options.checksum, transportChecksum(message, PROTOCOL, around));
      message.set(encodeValue(be16, checksum, "tcp.checksum"), CHECKSUM);
      return message;
    },
  };
}

function flagsByte(flags: TcpFlag | readonly TcpFlag[] | number): number {
  if (typeof flags === "number") return flags;
  const names = typeof flags === "string" ? [flags] : flags;
  return names.reduce((bits, name) => bits | flagBits[name], 0);
}
