import { CodecError, ipv4, ipv6 } from "../../codec/index.ts";
import { EbpfError } from "../../errors.ts";

/** Windows' address families (ws2def.h). */
export const AF_INET = 2;
export const AF_INET6 = 23;

/** One end of a connection. */
export interface Endpoint {
  readonly family: typeof AF_INET | typeof AF_INET6;
  /** 4 or 16 bytes, in network order. */
  readonly address: Uint8Array;
  readonly port: number;
}

const LARGEST_PORT = 65_535;
const V4_BYTES = 4;
const V6_BYTES = 16;
/** ::ffff:0:0/96, in front of an IPv4 address (RFC 4291, 2.5.5.2). */
const MAPPED_BYTES = 12;

/**
 * Reads `"10.0.0.1:443"` or `"[2001:db8::1]:443"`; a port of 0 stands for any. Throws `EBPF_INVALID_ARGUMENT`, calling
 * the text what `what` says.
 */
export function parseEndpoint(text: string, what: string): Endpoint {
  const match = typeof text === "string" ? /^(?:\[([^[\]]*)\]|([^:[\]]*)):(\d{1,5})$/.exec(text) : null;
  const port = Number(match?.[3] ?? Number.NaN);
  if (match === null || !(port <= LARGEST_PORT)) {
    throw new EbpfError("EBPF_INVALID_ARGUMENT", `${what}: ${quoted(text)} is not an address with a port`, {
      hint: 'Write "10.0.0.1:443", or "[2001:db8::1]:443" for IPv6; ports go up to 65535.',
    });
  }
  const [, six, four = ""] = match;
  return six === undefined
    ? { family: AF_INET, address: encode(ipv4, four, what), port }
    : { family: AF_INET6, address: encode(ipv6, six, what), port };
}

/** The text that `parseEndpoint` reads. */
export function formatEndpoint({ family, address, port }: Endpoint): string {
  return family === AF_INET ? `${ipv4.decode(address, 0)}:${port}` : `[${ipv6.decode(address, 0)}]:${port}`;
}

/** Addresses of zeros; nobody writes into an endpoint's address. */
const zeros = { v4: new Uint8Array(V4_BYTES), v6: new Uint8Array(V6_BYTES) } as const;

/** An address of zeros, which stands for any of the machine's. */
export function anyAddress(family: Endpoint["family"], port = 0): Endpoint {
  return { family, address: family === AF_INET ? zeros.v4 : zeros.v6, port };
}

export function isAny({ address }: Endpoint): boolean {
  return address.every((byte) => byte === 0);
}

/** 127.0.0.0/8 and ::1. */
export function isLoopback({ family, address }: Endpoint): boolean {
  if (family === AF_INET) return address[0] === 127;
  return address[15] === 1 && address.subarray(0, 15).every((byte) => byte === 0);
}

/** Whether an IPv6 address stands for an IPv4 one: `::ffff:10.0.0.1`. */
export function isMapped({ family, address }: Endpoint): boolean {
  if (family !== AF_INET6 || address[10] !== 0xff || address[11] !== 0xff) return false;
  return address.subarray(0, 10).every((byte) => byte === 0);
}

/** The IPv4 endpoint that a mapped one stands for; any other as it is. */
export function unmapped(endpoint: Endpoint): Endpoint {
  if (!isMapped(endpoint)) return endpoint;
  return { family: AF_INET, address: endpoint.address.slice(MAPPED_BYTES), port: endpoint.port };
}

export function sameAddress(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}

function encode(codec: typeof ipv4, text: string, what: string): Uint8Array {
  const bytes = new Uint8Array(codec.size);
  try {
    codec.encode(text, bytes, 0);
  } catch (error) {
    if (!(error instanceof CodecError)) throw error;
    throw new EbpfError("EBPF_INVALID_ARGUMENT", `${what}: ${error.message}`, {
      cause: error,
      hint: 'IPv4 addresses are four numbers up to 255 without leading zeros; IPv6 ones stand in brackets, "[::1]:443".',
    });
  }
  return bytes;
}

function quoted(value: unknown): string {
  return typeof value === "string" ? JSON.stringify(value.slice(0, 80)) : String(value);
}
