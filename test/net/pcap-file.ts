/** A packet for a file under construction. */
export interface MadePacket {
  readonly data: Uint8Array;
  readonly seconds: number;
  readonly fraction: number;
  readonly originalLength: number;
}

/** A pcap file by the letter of draft-ietf-opsawg-pcap, written without the code under test. */
export function pcapFile(
  packets: readonly MadePacket[],
  magic: number,
  littleEndian: boolean,
  linkType = 1,
): Uint8Array {
  const size = packets.reduce((sum, { data }) => sum + 16 + data.length, 24);
  const bytes = new Uint8Array(size);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, magic, littleEndian);
  view.setUint16(4, 2, littleEndian);
  view.setUint16(6, 4, littleEndian);
  view.setUint32(16, 65_535, littleEndian);
  view.setUint32(20, linkType, littleEndian);
  let at = 24;
  for (const { data, seconds, fraction, originalLength } of packets) {
    [seconds, fraction, data.length, originalLength].forEach((field, index) => {
      view.setUint32(at + index * 4, field, littleEndian);
    });
    bytes.set(data, at + 16);
    at += 16 + data.length;
  }
  return bytes;
}
