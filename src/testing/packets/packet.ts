import { EbpfError } from "../../errors.ts";
import { isNetworkLayer, type Layer } from "./layer.ts";

/** What a packet is made of: headers, and bytes or text (UTF-8) as its payload. */
export type PacketPart = Layer | Uint8Array | string;

/**
 * The bytes of a packet, from its outermost header in. Lengths, checksums and the numbers of what comes next are filled
 * in where they were not given: a field that was given is written as it is, right or wrong.
 *
 * Throws `EBPF_INVALID_ARGUMENT` (a `CodecError` that names the field) for a value that does not fit its field, and for
 * bytes or text in front of a header.
 *
 * @example
 * const syn = packet(eth(), ipv4({ src: "10.0.0.1", dst: "10.0.0.2" }), tcp({ dport: 443, flags: "syn" }));
 * runtime.network.receive(1, syn);
 */
export function packet(...parts: readonly PacketPart[]): Uint8Array {
  const { layers, payload } = readParts(parts);
  return build(layers, payload);
}

/** Headers from the outermost in, and what they carry. */
export interface Parts {
  readonly layers: readonly Layer[];
  readonly payload: Uint8Array;
}

/** Tells headers and payload apart. */
export function readParts(parts: readonly PacketPart[]): Parts {
  const layers: Layer[] = [];
  const payload: Uint8Array[] = [];
  for (const part of parts) {
    if (typeof part === "string") payload.push(Buffer.from(part, "utf8"));
    else if (part instanceof Uint8Array) payload.push(part);
    else if (payload.length === 0) layers.push(part);
    else {
      throw new EbpfError("EBPF_INVALID_ARGUMENT", `${part.name} comes after the payload`, {
        hint: "Give headers from the outermost in, and the payload last.",
      });
    }
  }
  return { layers, payload: new Uint8Array(Buffer.concat(payload)) };
}

/** Builds from the inside out: a header's length and checksum depend on all that it carries. */
export function build(layers: readonly Layer[], payload: Uint8Array, around: readonly Layer[] = []): Uint8Array {
  let inside = payload;
  const all = [...around, ...layers];
  for (let index = all.length - 1; index >= around.length; index--) {
    const at = all.slice(0, index).findLastIndex(isNetworkLayer);
    const network = all[at];
    inside = all[index].build(inside, {
      next: all[index + 1],
      outer: all[index - 1],
      network: network !== undefined && isNetworkLayer(network) ? network : undefined,
      destination: all.slice(at + 1, index).find((layer) => layer.finalDestination !== undefined)?.finalDestination,
    });
  }
  return inside;
}
