// Counts with tshark what the programs of test/programs must count in test/captures/mixed.pcap.
//
//   node scripts/capture-counts.mjs            writes test/captures/expected.json
//   node scripts/capture-counts.mjs --print    prints it instead
//
// Nothing of winbpf takes part: the numbers are what another program, made by other people, sees in the same packets.
// Fragments are not put together (a program sees one frame at a time), and what ICMP errors quote is not counted:
// hence the preferences, `inner`, and "first occurrence" of each field.
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const capture = "test/captures/mixed.pcap";
const root = fileURLToPath(new URL("..", import.meta.url));
const preferences = [
  "ip.defragment:FALSE",
  "ipv6.defragment:FALSE",
  "tcp.desegment_tcp_streams:FALSE",
  "ip.check_checksum:TRUE",
  "tcp.check_checksum:FALSE",
];

/** Rows of the fields of every packet that passes the display filter. */
function rows(filter, fields, occurrence = "f") {
  const arguments_ = ["-n", "-r", capture, "-Y", filter, "-T", "fields", "-E", `occurrence=${occurrence}`];
  for (const preference of preferences) arguments_.push("-o", preference);
  for (const field of fields) arguments_.push("-e", field);
  const { status, stdout, stderr, error } = spawnSync("tshark", arguments_, {
    cwd: root,
    encoding: "utf8",
    maxBuffer: 1e8,
  });
  if (error !== undefined) throw new Error(`tshark does not start: ${error.message} (Debian: apt install tshark)`);
  if (status !== 0) throw new Error(`tshark: ${stderr}`);
  return stdout
    .split("\n")
    .slice(0, -1)
    .map((line) => line.split("\t"));
}

const lengths = (filter) => rows(filter, ["frame.len"]).map(([length]) => Number(length));
const packets = (filter) => lengths(filter).length;
const traffic = (filter) => {
  const all = lengths(filter);
  return { packets: all.length, bytes: all.reduce((sum, length) => sum + length, 0) };
};

function tally(values) {
  const counts = new Map();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return Object.fromEntries(
    [...counts].sort(([left], [right]) => Number(left) - Number(right) || (left < right ? -1 : 1)),
  );
}

// ICMP errors quote the packet that they are about; tshark dissects the quotation too.
const inner = "icmp || icmpv6";
const tcp = `tcp && !(${inner})`;
const udp = `udp && !(${inner})`;
const fragment = `(ip.frag_offset > 0 || ipv6.fraghdr.offset > 0) && !(${inner})`;
// An address means that the header was there to its end.
const ip = "ip.dst || ipv6.dst";
const tagged = "vlan || ieee8021ad";
const untaggedIpv4 = `ip.dst && !(${tagged})`;

const kinds = {
  other: `!(${ip})`,
  tcp,
  udp,
  icmp: "icmp",
  icmpv6: "icmpv6",
  fragment,
  otherIp: `(${ip}) && !tcp && !udp && !(${inner}) && !(${fragment})`,
};

const echo4 = `icmp.type == 8 && ip.hdr_len == 20 && ip.flags.mf == 0 && ip.frag_offset == 0 && !(${tagged})`;
const echo6 = `icmpv6.type == 128 && ipv6.nxt == 58 && !ipv6.fraghdr && !ipv6.hopopts && !(${tagged})`;

/** Traffic per pair of addresses, fragments and all. */
function flows() {
  const found = new Map();
  const fields = ["ip.src", "ip.dst", "frame.len", "ip.id", "ip.proto"];
  for (const [source, destination, length, identification, protocol] of rows(untaggedIpv4, fields)) {
    const key = `${source} ${destination}`;
    const bytes = Number(length);
    const flow = found.get(key) ?? { source, destination, packets: 0, bytes: 0, least: bytes, most: 0 };
    flow.packets++;
    flow.bytes += bytes;
    flow.least = Math.min(flow.least, bytes);
    flow.most = Math.max(flow.most, bytes);
    flow.lastIdentification = Number(identification);
    flow.lastProtocol = Number(protocol);
    found.set(key, flow);
  }
  return [...found.keys()].sort().map((key) => found.get(key));
}

const all = lengths("frame");
const option = (row) => (row[0] === "" ? [] : row[0].split(","));
const last = rows("frame", ["frame.len", "eth.src"]).at(-1);

const expected = {
  capture,
  tool: spawnSync("tshark", ["--version"], { encoding: "utf8" }).stdout?.match(/\d+\.\d+\.\d+/)?.[0],
  preferences,
  filters: { ...kinds, tagged, echo4, echo6 },
  packets: all.length,
  bytes: all.reduce((sum, length) => sum + length, 0),
  count_ports: {
    ports: tally([...rows(tcp, ["tcp.dstport"]), ...rows(udp, ["udp.dstport"])].map(([port]) => port)),
    kinds: Object.fromEntries(Object.entries(kinds).map(([name, filter]) => [name, traffic(filter)])),
  },
  drop_udp: {
    53: packets(`${udp} && udp.dstport == 53`),
    514: packets(`${udp} && udp.dstport == 514`),
    0: packets(udp),
  },
  vlan_rewrite: {
    // Of frames with two tags tshark lists both; the outer one comes first.
    set: rows(tagged, ["ieee8021ad.id", "vlan.id"]).filter(([service, id]) => (service || id) === "100").length,
    push: packets(`!(${tagged})`),
    // One frame ends right behind its tag: too short to lose it.
    pop: packets(`(${tagged}) && frame.len >= 18`),
  },
  checksum_fix: {
    hop: { dropped: packets(`${untaggedIpv4} && ip.ttl <= 1`), changed: packets(`${untaggedIpv4} && ip.ttl > 1`) },
    port: packets(`${tcp} && ${untaggedIpv4} && ip.hdr_len == 20 && tcp.dstport == 8080`),
    badIpv4Checksums: packets(`ip.checksum.status == 0 && !(${inner})`),
  },
  bpf2bpf: { sizes: tally(all.map((length) => 31 - Math.clz32(length))) },
  bounded_loop: { options: tally(rows(tcp, ["tcp.option_kind"], "a").flatMap(option)) },
  globals: { packets: all.length, smallest: Math.min(...all), largest: Math.max(...all) },
  maps: { flows: flows(), total: all.length },
  echo: { ipv4: packets(echo4), ipv6: packets(echo6) },
  printk: {
    lines: rows(`arp && !(${tagged})`, ["arp.opcode", "frame.len"]).map(([operation, length]) => [
      Number(operation),
      Number(length),
    ]),
  },
  stats: {
    byLength: [
      all.filter((length) => length <= 64).length,
      all.filter((length) => length > 64 && length <= 512).length,
      all.filter((length) => length > 512 && length <= 1500).length,
      all.filter((length) => length > 1500).length,
    ],
    balance: all.reduce((sum, length) => sum + (length % 2 === 0 ? 1 : -1), 0),
    lastLength: Number(last[0]),
    lastSource: last[1],
  },
};

const text = `${JSON.stringify(expected, null, 2)}\n`;
if (process.argv.includes("--print")) process.stdout.write(text);
else writeFileSync(new URL("../test/captures/expected.json", import.meta.url), text);
