import { InvalidCaptureError } from "../errors.ts";
import type { CaptureClock } from "./capture-clock.ts";
import type { CaptureCursor, CaptureInterface } from "./capture-cursor.ts";
import { PcapCursor } from "./pcap.ts";
import { PcapngCursor } from "./pcapng.ts";

/** LINKTYPE_ETHERNET of the registry at tcpdump.org/linktypes.html: frames begin with the destination's address. */
export const LINK_TYPE_ETHERNET = 1;

/** One packet of a capture. */
export interface CapturedPacket {
  /** The bytes that were kept: a view of the file's bytes, not a copy. */
  readonly data: Uint8Array;
  /** Nanoseconds since 1970-01-01 UTC; 0 where the file gives none (pcapng's simple packets). */
  readonly timestamp: bigint;
  /** Bytes that the packet had on the wire: more than `data` where the capture kept only its beginning. */
  readonly originalLength: number;
  /** Index into the capture's `interfaces`. */
  readonly interface: number;
}

/** A packet capture whose structure has been checked from end to end: going through it does not fail. */
export interface Capture extends Iterable<CapturedPacket> {
  readonly format: "pcap" | "pcapng";
  /** Link type of the first interface; look at `interfaces` where packets may come from several. */
  readonly linkType: number;
  /** In the order of the file, those of later pcapng sections behind those of earlier ones. */
  readonly interfaces: readonly CaptureInterface[];
  /** Number of whole packets. */
  readonly packets: number;
  /** Whether the file ends inside a packet, as one does whose writer was killed: that last packet is left out. */
  readonly truncated: boolean;
}

/** Time stamps stay as read until they are asked for: making bigints costs more than all the rest. */
class Packet implements CapturedPacket {
  readonly data: Uint8Array;
  readonly originalLength: number;
  readonly interface: number;
  readonly #high: number;
  readonly #low: number;
  readonly #clock: CaptureClock;

  constructor(bytes: Uint8Array, at: CaptureCursor) {
    this.data = bytes.subarray(at.dataOffset, at.dataOffset + at.capturedLength);
    this.originalLength = at.originalLength;
    this.interface = at.interface;
    this.#high = at.timeHigh;
    this.#low = at.timeLow;
    this.#clock = at.clock;
  }

  get timestamp(): bigint {
    return this.#clock.nanoseconds(this.#high, this.#low);
  }
}

type CursorOver = (bytes: Uint8Array) => CaptureCursor;

/** First four bytes of a file, read as little-endian. pcapng's reads the same in both byte orders. */
const formats: ReadonlyMap<number, { format: Capture["format"]; open: CursorOver }> = new Map([
  [0xa1b2c3d4, { format: "pcap", open: (bytes) => new PcapCursor(bytes, { littleEndian: true, fraction: 1000 }) }],
  [0xd4c3b2a1, { format: "pcap", open: (bytes) => new PcapCursor(bytes, { littleEndian: false, fraction: 1000 }) }],
  [0xa1b23c4d, { format: "pcap", open: (bytes) => new PcapCursor(bytes, { littleEndian: true, fraction: 1 }) }],
  [0x4d3cb2a1, { format: "pcap", open: (bytes) => new PcapCursor(bytes, { littleEndian: false, fraction: 1 }) }],
  [0x0a0d0d0a, { format: "pcapng", open: (bytes) => new PcapngCursor(bytes) }],
]);

/** What a file is, by its first bytes, and a cursor over it. Throws `InvalidCaptureError` where it is no capture. */
export function openCursor(bytes: Uint8Array): {
  readonly format: Capture["format"];
  readonly open: CursorOver;
  readonly cursor: CaptureCursor;
} {
  const magic = bytes.length < 4 ? 0 : new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
  const found = formats.get(magic);
  if (found === undefined)
    throw new InvalidCaptureError("neither a pcap nor a pcapng file", 0, {
      hint:
        magic << 16 === 0x8b1f << 16 ? "The file is compressed by gzip: unpack it first." : "Is this a packet capture?",
    });
  return { ...found, cursor: found.open(bytes) };
}

/**
 * Reads a packet capture: pcap in both byte orders with micro- or nanoseconds, or pcapng.
 * The structure is checked here, once; packets are views of `bytes`, made one by one while the capture is iterated.
 * A file cut short in its last packet is read up to there, and `truncated` says so.
 *
 * @throws InvalidCaptureError `EBPF_INVALID_CAPTURE` with the offset of the first byte that makes no sense.
 * @example
 * for (const { data, timestamp } of readCapture(await readFile("in.pcap"))) console.log(timestamp, data.length);
 */
export function readCapture(bytes: Uint8Array): Capture {
  const { format, open, cursor: check } = openCursor(bytes);
  let packets = 0;
  while (check.next()) packets++;
  const { interfaces, truncated } = check;

  return {
    format,
    linkType: interfaces[0]?.linkType ?? LINK_TYPE_ETHERNET,
    interfaces,
    packets,
    truncated,
    *[Symbol.iterator]() {
      const cursor = open(bytes);
      while (cursor.next()) yield new Packet(bytes, cursor);
    },
  };
}
