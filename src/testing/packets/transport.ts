import { internetChecksum } from "../../net/index.ts";
import type { Surroundings } from "./layer.ts";

/**
 * The checksum of a transport message, over the pseudo-header of the IP header around it; over the message alone where
 * there is none, as ICMP has it and for headers without a network.
 */
export function transportChecksum(message: Uint8Array, protocol: number, around: Surroundings): number {
  const { network, destination } = around;
  const pseudo = network?.pseudoHeaderSum(protocol, message.length, destination) ?? 0;
  return internetChecksum(message, pseudo);
}
