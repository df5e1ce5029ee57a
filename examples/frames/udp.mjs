/** A UDP datagram over IPv4 in an Ethernet frame, addresses and checksums zero: enough for a program to parse. */
export function udpFrame(destinationPort) {
  const frame = new Uint8Array(60);
  const view = new DataView(frame.buffer);
  view.setUint16(12, 0x0800); // IPv4
  view.setUint8(14, 0x45); // version 4, 20 bytes
  view.setUint16(16, 28);
  view.setUint8(22, 64);
  view.setUint8(23, 17); // UDP
  view.setUint16(36, destinationPort);
  view.setUint16(38, 8);
  return frame;
}
