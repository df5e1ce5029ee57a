import { be16, encodeValue, ipv4, mac, struct, u8 } from "../../codec/index.ts";
import { joined, type Layer } from "./layer.ts";

const message = struct(
  {
    hardware: be16,
    protocol: be16,
    hardwareBytes: u8,
    protocolBytes: u8,
    operation: be16,
    senderMac: mac,
    senderIp: ipv4,
    targetMac: mac,
    targetIp: ipv4,
  },
  { packed: true },
);

const operations = { request: 1, reply: 2 } as const;

export interface ArpOptions {
  /** `"request"` unless given. */
  readonly operation?: keyof typeof operations | number;
  readonly senderMac?: string;
  readonly senderIp?: string;
  readonly targetMac?: string;
  readonly targetIp?: string;
}

/** An ARP message that asks for, or tells, the Ethernet address of an IPv4 address (RFC 826). */
export function arp(options: ArpOptions = {}): Layer {
  const {
    operation = "request",
    senderMac = "02:00:00:00:00:01",
    senderIp = "10.0.0.1",
    targetMac = "00:00:00:00:00:00",
    targetIp = "10.0.0.2",
  } = options;
  const value = {
    hardware: 1,
    protocol: 0x0800,
    hardwareBytes: 6,
    protocolBytes: 4,
    operation: typeof operation === "number" ? operation : operations[operation],
    senderMac,
    senderIp,
    targetMac,
    targetIp,
  };
  return { name: "arp", etherType: 0x0806, build: (inside) => joined(encodeValue(message, value, "arp"), inside) };
}
