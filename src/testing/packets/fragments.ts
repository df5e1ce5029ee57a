import { EbpfError } from "../../errors.ts";
import { isNetworkLayer } from "./layer.ts";
import { build, type PacketPart, readParts } from "./packet.ts";

/** Extension headers that stay in front of the fragment header (RFC 8200, section 4.5). */
const unfragmentable: ReadonlySet<string> = new Set(["ipv6HopByHop", "ipv6Routing"]);

/**
 * The packet that `packet(...parts)` would make, cut into IP fragments of up to `size` bytes of content each: the
 * content of its first IP header, with one checksum over the whole. Every fragment has all headers up to that one.
 *
 * Throws `EBPF_INVALID_ARGUMENT` without an IP header, and for a size that is no positive multiple of 8.
 *
 * @example
 * for (const frame of fragments(1480, eth(), ipv4({ id: 7 }), udp(), new Uint8Array(4000))) network.receive(1, frame);
 */
export function fragments(size: number, ...parts: readonly PacketPart[]): Uint8Array[] {
  if (!Number.isInteger(size) || size < 8 || size % 8 !== 0) {
    throw new EbpfError("EBPF_INVALID_ARGUMENT", `fragments of ${size} bytes: a positive multiple of 8 is needed`);
  }
  const { layers, payload } = readParts(parts);
  const at = layers.findIndex(isNetworkLayer);
  const network = layers[at];
  if (network === undefined || !isNetworkLayer(network)) {
    throw new EbpfError("EBPF_INVALID_ARGUMENT", "Only a packet with an IP header has fragments");
  }
  let split = at + 1;
  while (unfragmentable.has(layers[split]?.name ?? "")) split++;
  const content = build(layers.slice(split), payload, layers.slice(0, split));
  const pieces: Uint8Array[] = [];
  for (let offset = 0; offset === 0 || offset < content.length; offset += size) {
    const more = offset + size < content.length;
    const { header, behind } = network.fragment(offset, more, layers[split]?.protocol);
    const head = [...layers.slice(0, at), header, ...layers.slice(at + 1, split), ...behind];
    pieces.push(build(head, content.subarray(offset, offset + size)));
  }
  return pieces;
}
