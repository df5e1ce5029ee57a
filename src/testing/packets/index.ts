export { type ArpOptions, arp } from "./arp.ts";
export { type DnsOptions, type DnsQuestion, type DnsRecord, type DnsType, dns } from "./dns.ts";
export { type EthOptions, eth } from "./eth.ts";
export { fragments } from "./fragments.ts";
export { type IcmpOptions, icmp, icmpv6 } from "./icmp.ts";
export { type Ipv4Options, ipv4 } from "./ipv4.ts";
export { type Ipv6Options, ipv6 } from "./ipv6.ts";
export {
  type Ipv6OptionsHeaderOptions,
  type Ipv6RoutingOptions,
  ipv6Destination,
  ipv6HopByHop,
  ipv6Routing,
} from "./ipv6-extensions.ts";
export { type Ipv6FragmentOptions, ipv6Fragment } from "./ipv6-fragment.ts";
export type { Checksum, Layer, NetworkLayer, Surroundings } from "./layer.ts";
export { type PacketPart, packet } from "./packet.ts";
export { type TcpFlag, type TcpOptions, tcp } from "./tcp.ts";
export type { TcpOption } from "./tcp-option.ts";
export { type UdpOptions, udp } from "./udp.ts";
export { type VlanOptions, vlan } from "./vlan.ts";
