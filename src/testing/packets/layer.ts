/** What a layer needs to know of those around it. */
export interface Surroundings {
  /** The layer inside this one; undefined for a payload or nothing. */
  readonly next: Layer | undefined;
  /** The layer around this one. */
  readonly outer: Layer | undefined;
  /** The IP header that this layer lies in: transport checksums cover its addresses. */
  readonly network: NetworkLayer | undefined;
  /** Where a routing header between the two sends the packet in the end: checksums cover it in place of the header's. */
  readonly destination: Uint8Array | undefined;
}

/**
 * One header (or message) of a packet. Its numbers are how the layer outside names it; `build` puts the header in front
 * of what is inside. Layers are plain data: one may be part of many packets.
 */
export interface Layer {
  readonly name: string;
  /** EtherType, by which Ethernet and VLAN headers know it (IANA, IEEE 802 numbers). */
  readonly etherType?: number | undefined;
  /** Protocol number, by which IP headers know it (IANA, assigned Internet protocol numbers). */
  readonly protocol?: number | undefined;
  /** Of a routing header: the address, 16 bytes, where the packet ends, unless the IP header names it already. */
  readonly finalDestination?: Uint8Array | undefined;
  /** The header followed by `inside`. */
  build(inside: Uint8Array, around: Surroundings): Uint8Array;
}

/** An IPv4 or IPv6 header. */
export interface NetworkLayer extends Layer {
  /**
   * One's complement sum of the pseudo-header for a transport message (RFC 9293, section 3.1; RFC 8200, section 8.1).
   * `destination` is where a routing header sends the packet in the end; the header's own unless given.
   */
  pseudoHeaderSum(protocol: number, length: number, destination?: Uint8Array): number;
  /** The header of one fragment, and what comes behind it; `protocol` is that of what is cut, where it has one. */
  fragment(
    offset: number,
    more: boolean,
    protocol: number | undefined,
  ): { readonly header: NetworkLayer; readonly behind: readonly Layer[] };
}

export function isNetworkLayer(layer: Layer): layer is NetworkLayer {
  return "pseudoHeaderSum" in layer;
}

/** A checksum in a header: computed unless given; `"bad"` is a wrong one. */
export type Checksum = number | "bad" | undefined;

/** What to write for a checksum that should be `right`. */
export function chosenChecksum(given: Checksum, right: number): number {
  // Zero would say that there is none.
  if (given === "bad") return ~right & 0xffff || 1;
  return given ?? right;
}

/** All of `parts`, one after another. */
export function joined(...parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts));
}
