import { be16, be32, encodeValue, ipv4, ipv6, struct } from "../../codec/index.ts";
import { EbpfError } from "../../errors.ts";
import { checkBits } from "./fields.ts";
import { joined, type Layer } from "./layer.ts";

const header = struct({
  id: be16,
  flags: be16,
  questions: be16,
  answers: be16,
  authorities: be16,
  additionals: be16,
});
const recordHead = struct({ type: be16, class: be16, ttl: be32, length: be16 }, { packed: true });

/** Record types (IANA, DNS parameters). */
const types = { A: 1, NS: 2, CNAME: 5, PTR: 12, MX: 15, TXT: 16, AAAA: 28, SRV: 33, HTTPS: 65, ANY: 255 } as const;
const INTERNET = 1;
const RESPONSE = 0x8000;
const AUTHORITATIVE = 0x0400;
const TRUNCATED = 0x0200;
const RECURSION_DESIRED = 0x0100;
const RECURSION_AVAILABLE = 0x0080;

export type DnsType = keyof typeof types | number;

export interface DnsQuestion {
  readonly name: string;
  /** `"A"` unless given. */
  readonly type?: DnsType;
}

export interface DnsRecord {
  readonly name: string;
  readonly type: DnsType;
  /** Seconds; 60 unless given. */
  readonly ttl?: number;
  /** An address for A and AAAA, a name for CNAME, NS and PTR, text for TXT, bytes for all others. */
  readonly data: string | Uint8Array;
}

export interface DnsOptions {
  readonly id?: number;
  /** A response: where there are answers, unless given. */
  readonly response?: boolean;
  readonly authoritative?: boolean;
  readonly truncated?: boolean;
  /** True unless given. */
  readonly recursionDesired?: boolean;
  readonly recursionAvailable?: boolean;
  /** Response code, 0 to 15: 3 says that there is no such name. */
  readonly responseCode?: number;
  readonly questions?: readonly DnsQuestion[];
  readonly answers?: readonly DnsRecord[];
  readonly authorities?: readonly DnsRecord[];
  readonly additionals?: readonly DnsRecord[];
}

/** A DNS message (RFC 1035, section 4), names uncompressed. Behind TCP its length comes first (section 4.2.2). */
export function dns(options: DnsOptions = {}): Layer {
  const { id = 0, questions = [], answers = [], authorities = [], additionals = [] } = options;
  const counts = {
    questions: questions.length,
    answers: answers.length,
    authorities: authorities.length,
    additionals: additionals.length,
  };
  return {
    name: "dns",
    build(inside, { outer }) {
      const message = joined(
        encodeValue(header, { id, flags: flagsOf(options), ...counts }, "dns"),
        ...questions.map(questionBytes),
        ...[...answers, ...authorities, ...additionals].map(recordBytes),
        inside,
      );
      return outer?.name === "tcp" ? joined(encodeValue(be16, message.length, "dns.length"), message) : message;
    },
  };
}

function flagsOf(options: DnsOptions): number {
  const { response = (options.answers ?? []).length > 0, recursionDesired = true, responseCode = 0 } = options;
  return (
    (response ? RESPONSE : 0) |
    (options.authoritative === true ? AUTHORITATIVE : 0) |
    (options.truncated === true ? TRUNCATED : 0) |
    (recursionDesired ? RECURSION_DESIRED : 0) |
    (options.recursionAvailable === true ? RECURSION_AVAILABLE : 0) |
    checkBits(responseCode, 4, "dns.responseCode")
  );
}

function questionBytes({ name, type = "A" }: DnsQuestion): Uint8Array {
  return joined(nameBytes(name), encodeValue(be16, typeNumber(type), "dns.type"), encodeValue(be16, INTERNET));
}

function recordBytes({ name, type, ttl = 60, data }: DnsRecord): Uint8Array {
  const content = contentBytes(typeNumber(type), data);
  const head = { type: typeNumber(type), class: INTERNET, ttl, length: content.length };
  return joined(nameBytes(name), encodeValue(recordHead, head, "dns"), content);
}

function typeNumber(type: DnsType): number {
  return typeof type === "number" ? type : types[type];
}

function contentBytes(type: number, data: string | Uint8Array): Uint8Array {
  if (data instanceof Uint8Array) return data;
  switch (type) {
    case types.A:
      return encodeValue(ipv4, data, "dns.data");
    case types.AAAA:
      return encodeValue(ipv6, data, "dns.data");
    case types.CNAME:
    case types.NS:
    case types.PTR:
      return nameBytes(data);
    case types.TXT:
      return textBytes(data);
    default:
      throw new EbpfError("EBPF_INVALID_ARGUMENT", `dns.data: a record of type ${type} takes bytes`);
  }
}

/** Character strings of up to 255 bytes, each behind its length. */
function textBytes(text: string): Uint8Array {
  const bytes = Buffer.from(text, "utf8");
  const strings: Uint8Array[] = [];
  for (let at = 0; at === 0 || at < bytes.length; at += 255) {
    const piece = bytes.subarray(at, at + 255);
    strings.push(joined(Uint8Array.of(piece.length), piece));
  }
  return joined(...strings);
}

/** A name as labels, each behind its length, and a zero; a final dot changes nothing. */
function nameBytes(name: string): Uint8Array {
  const labels = name
    .replace(/\.$/, "")
    .split(".")
    .filter((label, _, all) => all.length > 1 || label !== "")
    .map((label) => Buffer.from(label, "utf8"));
  const broken = labels.find((label) => label.length < 1 || label.length > 63);
  if (broken !== undefined) {
    throw new EbpfError(
      "EBPF_INVALID_ARGUMENT",
      `dns.name: ${JSON.stringify(name)} has a label of no or over 63 bytes`,
    );
  }
  return joined(...labels.map((label) => joined(Uint8Array.of(label.length), label)), Uint8Array.of(0));
}
