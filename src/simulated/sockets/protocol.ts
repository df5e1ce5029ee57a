import { EbpfError } from "../../errors.ts";

/** Protocol of a socket: a name, or IANA's number (0 to 255). */
export type Protocol = "tcp" | "udp" | number;

export const IPPROTO_TCP = 6;
const names: ReadonlyMap<unknown, number> = new Map([
  ["tcp", IPPROTO_TCP],
  ["udp", 17],
]);

/** The protocol's number. Throws `EBPF_INVALID_ARGUMENT` for what is none. */
export function protocolNumber(protocol: Protocol): number {
  const number = names.get(protocol) ?? protocol;
  if (typeof number === "number" && Number.isInteger(number) && number >= 0 && number <= 255) return number;
  throw new EbpfError("EBPF_INVALID_ARGUMENT", `${JSON.stringify(protocol)} is not a protocol`, {
    hint: 'Protocols are "tcp", "udp", or a number from 0 to 255.',
  });
}
