/** A UDP datagram over IPv4 in an Ethernet frame, addresses and checksums zero: enough to be parsed by a program. */
export function udpFrame(destinationPort: number, payload = 0): Uint8Array {
  const frame = new Uint8Array(42 + payload);
  const view = new DataView(frame.buffer);
  view.setUint16(12, 0x0800);
  view.setUint8(14, 0x45);
  view.setUint16(16, 28 + payload);
  view.setUint8(22, 64);
  view.setUint8(23, 17);
  view.setUint16(36, destinationPort);
  view.setUint16(38, 8 + payload);
  return frame;
}
