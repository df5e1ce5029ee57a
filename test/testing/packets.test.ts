import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { internetChecksum } from "../../src/net/index.ts";
import {
  arp,
  dns,
  eth,
  fragments,
  icmp,
  icmpv6,
  ipv4,
  ipv6,
  ipv6Destination,
  ipv6Fragment,
  ipv6HopByHop,
  ipv6Routing,
  type PacketPart,
  packet,
  tcp,
  udp,
  vlan,
} from "../../src/testing/packets/index.ts";
import { dissect, hasTshark } from "./dissection.ts";

/** A packet and what a dissector should read in it. */
type Row = readonly [name: string, parts: readonly PacketPart[], fields: Readonly<Record<string, string>>];

const good = "1";
const bad = "0";
const hex = (text: string) => Uint8Array.from(Buffer.from(text, "hex"));

const rows: readonly Row[] = [
  [
    "an Ethernet header with addresses",
    [eth({ src: "02:aa:bb:cc:dd:ee", dst: "ff:ff:ff:ff:ff:ff", type: 0x1234 }), "hello"],
    { "eth.src": "02:aa:bb:cc:dd:ee", "eth.dst": "ff:ff:ff:ff:ff:ff", "eth.type": "0x1234" },
  ],
  [
    "TCP over IPv4",
    [
      eth(),
      ipv4({ src: "192.0.2.1", dst: "198.51.100.7", ttl: 17, id: 0xbeef, doNotFragment: true, serviceType: 0xb9 }),
      tcp({ sport: 1234, dport: 443, sequence: 0xffff_fffe, acknowledgment: 7, flags: ["psh", "ack"], window: 99 }),
      "GET / HTTP/1.0\r\n\r\n",
    ],
    {
      "eth.type": "0x0800",
      "ip.src": "192.0.2.1",
      "ip.dst": "198.51.100.7",
      "ip.ttl": "17",
      "ip.id": "0xbeef",
      "ip.flags.df": "1",
      "ip.dsfield.dscp": "46",
      "ip.dsfield.ecn": "1",
      "ip.proto": "6",
      "ip.len": "58",
      "ip.checksum.status": good,
      "tcp.srcport": "1234",
      "tcp.dstport": "443",
      "tcp.seq_raw": "4294967294",
      "tcp.ack_raw": "7",
      "tcp.flags": "0x0018",
      "tcp.window_size_value": "99",
      "tcp.len": "18",
      "tcp.checksum.status": good,
    },
  ],
  [
    "TCP with every option",
    [
      eth(),
      ipv4(),
      tcp({
        flags: "syn",
        options: [
          { maximumSegment: 1460 },
          "selectiveAcknowledgmentPermitted",
          { timestamps: [11, 22] },
          "noOperation",
          { windowScale: 7 },
        ],
      }),
    ],
    {
      "tcp.hdr_len": "40",
      "tcp.options.mss_val": "1460",
      "tcp.options.wscale.shift": "7",
      "tcp.options.timestamp.tsval": "11",
      "tcp.options.timestamp.tsecr": "22",
      "tcp.checksum.status": good,
    },
  ],
  [
    "UDP of an odd length over IPv4 with options",
    [eth(), ipv4({ options: Uint8Array.of(0x94, 4, 0, 0) }), udp({ sport: 5000, dport: 5001 }), "odd"],
    {
      "ip.hdr_len": "24",
      "ip.opt.type": "148",
      "ip.checksum.status": good,
      "udp.length": "11",
      "udp.checksum.status": good,
    },
  ],
  [
    "UDP over IPv6",
    [
      eth(),
      ipv6({ src: "2001:db8::1", dst: "2001:db8::2", hopLimit: 3, flowLabel: 0xabcde, trafficClass: 0xb8 }),
      udp(),
      "x",
    ],
    {
      "eth.type": "0x86dd",
      "ipv6.src": "2001:db8::1",
      "ipv6.dst": "2001:db8::2",
      "ipv6.hlim": "3",
      "ipv6.flow": "0x0abcde",
      "ipv6.tclass.dscp": "46",
      "ipv6.plen": "9",
      "udp.checksum.status": good,
    },
  ],
  [
    "TCP behind all of IPv6's extension headers",
    [
      eth(),
      ipv6(),
      ipv6HopByHop({ options: hex("05020000") }),
      ipv6Destination(),
      ipv6Routing({ via: ["2001:db8::a", "2001:db8::b"] }),
      ipv6Fragment({ id: 9 }),
      tcp({ flags: "syn" }),
    ],
    {
      "ipv6.hopopts.nxt": "60",
      "ipv6.dstopts.nxt": "43",
      "ipv6.routing.type": "4",
      "ipv6.routing.segleft": "2",
      "ipv6.fraghdr.ident": "0x00000009",
      "tcp.dstport": "80",
      "tcp.checksum.status": good,
    },
  ],
  [
    "an ICMP echo request",
    [eth(), ipv4(), icmp({ id: 3, sequence: 4 }), "ping"],
    { "icmp.type": "8", "icmp.ident": "3", "icmp.seq": "4", "icmp.checksum.status": good },
  ],
  [
    "an ICMPv6 neighbour solicitation",
    [eth(), ipv6({ hopLimit: 255 }), icmpv6({ type: 135 }), hex("fd000000000000000000000000000002")],
    { "icmpv6.type": "135", "icmpv6.nd.ns.target_address": "fd00::2", "icmpv6.checksum.status": good },
  ],
  [
    "an ARP reply",
    [eth(), arp({ operation: "reply", senderIp: "10.1.1.1", targetMac: "02:00:00:00:00:09", targetIp: "10.1.1.9" })],
    {
      "eth.type": "0x0806",
      "arp.opcode": "2",
      "arp.src.proto_ipv4": "10.1.1.1",
      "arp.dst.hw_mac": "02:00:00:00:00:09",
      "arp.dst.proto_ipv4": "10.1.1.9",
    },
  ],
  [
    "an 802.1Q tag",
    [eth(), vlan({ id: 42, priority: 5, dropEligible: true }), ipv4(), udp()],
    { "eth.type": "0x8100", "vlan.id": "42", "vlan.priority": "5", "vlan.dei": "1", "ip.proto": "17" },
  ],
  [
    "two tags",
    [eth(), vlan({ id: 100, service: true }), vlan({ id: 7 }), ipv6(), tcp()],
    { "eth.type": "0x88a8", "ieee8021ad.id": "100", "vlan.id": "7", "tcp.checksum.status": good },
  ],
  [
    "a DNS question",
    [eth(), ipv4(), udp({ dport: 53 }), dns({ id: 0x1234, questions: [{ name: "example.com", type: "AAAA" }] })],
    { "dns.id": "0x1234", "dns.qry.name": "example.com", "dns.qry.type": "28", "dns.flags.response": "0" },
  ],
  [
    "a DNS answer",
    [
      eth(),
      ipv6(),
      udp({ sport: 53 }),
      dns({
        questions: [{ name: "a.example" }],
        answers: [
          { name: "a.example", type: "CNAME", data: "b.example." },
          { name: "b.example", type: "A", data: "192.0.2.9", ttl: 5 },
          { name: "b.example", type: "AAAA", data: "2001:db8::9" },
          { name: "b.example", type: "TXT", data: "v=spf1 -all" },
        ],
        recursionAvailable: true,
      }),
    ],
    {
      "dns.flags.response": "1",
      "dns.count.answers": "4",
      "dns.cname": "b.example",
      "dns.a": "192.0.2.9",
      "dns.aaaa": "2001:db8::9",
      "dns.txt": "v=spf1 -all",
      "udp.checksum.status": good,
    },
  ],
  [
    "DNS over TCP",
    [eth(), ipv4(), tcp({ dport: 53, flags: ["psh", "ack"] }), dns({ questions: [{ name: "example.com" }] })],
    { "dns.length": "29", "dns.qry.name": "example.com" },
  ],
  [
    "IPv6 in IPv4",
    [eth(), ipv4(), ipv6(), udp({ dport: 7 })],
    { "ip.proto": "41", "ipv6.nxt": "17", "udp.checksum.status": good },
  ],
  ["a bad IPv4 checksum", [eth(), ipv4({ checksum: "bad" }), udp()], { "ip.checksum.status": bad }],
  ["a bad TCP checksum", [eth(), ipv4(), tcp({ checksum: "bad" })], { "tcp.checksum.status": bad }],
  ["a given UDP checksum", [eth(), ipv4(), udp({ checksum: 0x1234 })], { "udp.checksum": "0x1234" }],
  ["a length that lies", [eth(), ipv4({ totalLength: 20 }), udp()], { "ip.len": "20" }],
  ["a protocol that lies", [eth(), ipv4({ protocol: 6 }), udp()], { "ip.proto": "6" }],
  ["a padded frame", [eth({ pad: true }), ipv4(), udp(), "x"], { "frame.len": "60", "udp.length": "9" }],
];

describe.skipIf(!hasTshark())("packets as Wireshark's dissector reads them", () => {
  const names = [...new Set(rows.flatMap(([, , fields]) => Object.keys(fields)))];
  const seen = dissect(
    rows.map(([, parts]) => packet(...parts)),
    names,
  );

  it.each(rows.map((row, index) => [row[0], row[2], seen[index]] as const))(
    "given %s, then all is read as it was asked for",
    (_, fields, read) => {
      expect(read).toMatchObject(fields);
    },
  );

  it("given datagrams in fragments, then they are put together again with a good checksum", () => {
    const text = "0123456789".repeat(400);
    const frames = [
      ...fragments(1480, eth(), ipv4({ id: 7 }), udp({ dport: 7777 }), text),
      ...fragments(1024, eth(), ipv6({ fragmentId: 8 }), ipv6HopByHop(), udp({ dport: 8888 }), text),
    ];
    const read = dissect(frames, ["udp.dstport", "udp.length", "udp.checksum.status"]);
    expect(frames).toHaveLength(7);
    expect(read.filter((row) => row["udp.dstport"] !== "")).toEqual([
      { "udp.dstport": "7777", "udp.length": "4008", "udp.checksum.status": good },
      { "udp.dstport": "8888", "udp.length": "4008", "udp.checksum.status": good },
    ]);
  });

  it("given 500 packets of random layers, then all their checksums are good", () => {
    const port = fc.nat({ max: 0xffff });
    // Ports that no dissector of content waits at.
    const quiet = fc.integer({ min: 50_000, max: 60_000 });
    const network = fc.oneof(
      fc.record({ ttl: fc.nat({ max: 255 }), id: port }).map((fields) => [ipv4(fields)]),
      fc.record({ hopLimit: fc.nat({ max: 255 }), flowLabel: port }).map((fields) => [ipv6(fields)]),
      fc.uint8Array({ maxLength: 0 }).map(() => [ipv6(), ipv6Destination()]),
    );
    const transport = fc.oneof(
      fc.record({ sport: quiet, dport: quiet, sequence: fc.nat() }).map((fields) => tcp(fields)),
      fc.record({ sport: quiet, dport: quiet }).map((fields) => udp(fields)),
    );
    const tags = fc.array(
      fc.nat({ max: 4095 }).map((id) => vlan({ id })),
      { maxLength: 2 },
    );
    const frames = fc.sample(
      fc
        .tuple(tags, network, transport, fc.uint8Array({ maxLength: 300 }))
        .map(([outer, ip, inner, payload]) => packet(eth(), ...outer, ...ip, inner, payload)),
      { numRuns: 500, seed: 5 },
    );
    const read = dissect(frames, ["ip.checksum.status", "tcp.checksum.status", "udp.checksum.status"]);
    expect(read).toHaveLength(500);
    for (const row of read) expect(Object.values(row).filter((value) => value !== "")).not.toContain(bad);
    expect(read.every((row) => row["tcp.checksum.status"] === good || row["udp.checksum.status"] === good)).toBe(true);
  });
});

describe("packets", () => {
  it("given the example of RFC 1071 as IPv4 header, then the checksum over it is zero", () => {
    const bytes = packet(ipv4({ src: "10.0.0.1", dst: "10.9.8.7" }));
    expect(internetChecksum(bytes)).toBe(0);
    expect(bytes).toHaveLength(20);
  });

  it("given a UDP message whose sum is zero, then all ones are sent (RFC 768)", () => {
    const plain = packet(ipv4(), udp(), hex("0000"));
    const sum = (plain[26] << 8) | plain[27];
    const frame = packet(ipv4(), udp(), Uint8Array.of(sum >> 8, sum & 0xff));
    expect([frame[26], frame[27]]).toEqual([0xff, 0xff]);
  });

  it("given a value that does not fit its field, then the error names the field", () => {
    const wrong: readonly [() => Uint8Array, string][] = [
      [() => packet(udp({ dport: 65_536 })), "udp.dport"],
      [() => packet(ipv4({ src: "10.0.0" })), "ipv4.src"],
      [() => packet(eth({ src: "nowhere" })), "eth.src"],
      [() => packet(vlan({ id: 4096 })), "vlan.id"],
      [() => packet(dns({ questions: [{ name: "a..b" }] })), "dns.name"],
      [() => packet("text", udp()), "udp comes after the payload"],
      [() => packet(ipv4({ options: new Uint8Array(41) })), "ipv4.options"],
    ];
    for (const [build, named] of wrong) {
      expect(build).toThrow(expect.objectContaining({ code: "EBPF_INVALID_ARGUMENT" }));
      expect(build).toThrow(named);
    }
  });

  it("given no IP header or an odd size, then there are no fragments", () => {
    expect(() => fragments(8, eth(), udp())).toThrow(expect.objectContaining({ code: "EBPF_INVALID_ARGUMENT" }));
    expect(() => fragments(12, ipv4(), udp())).toThrow(expect.objectContaining({ code: "EBPF_INVALID_ARGUMENT" }));
  });
});
