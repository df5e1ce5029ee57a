#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What curl, dig and ping do not say: datagrams of many sizes, options, extension headers, other protocols, odd frames.

    capture-talk.py IPV4 IPV6 INTERFACE      the peer's addresses, and the interface for frames that are not IP

Everything but the odd frames goes through ordinary sockets, so it is the kernel that fragments and adds checksums.
"""
import socket
import struct
import sys

ipv4, ipv6, interface = sys.argv[1:4]


def filler(size):
    return bytes(33 + index % 90 for index in range(size))


def datagrams():
    four = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    six = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
    for port in (514, 5060, 50000):
        for size in (0, 1, 2, 17, 18, 19, 63, 200, 511, 1024, 1472):
            four.sendto(filler(size), (ipv4, port))
            six.sendto(filler(min(size, 1452)), (ipv6, port))
    # Larger than a frame: two, three and six fragments, the last of them short.
    for size in (1473, 3000, 8001):
        four.sendto(filler(size), (ipv4, 2049))
        six.sendto(filler(size), (ipv6, 2049))
    four.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
    four.sendto(filler(48), (ipv4.rsplit(".", 1)[0] + ".255", 137))
    four.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, socket.inet_aton(sys.argv[4]))
    four.sendto(filler(64), ("224.0.0.251", 5353))
    six.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_MULTICAST_IF, socket.if_nametoindex(interface))
    six.sendto(filler(64), ("ff02::fb", 5353))


def options():
    four = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    # Router alert (RFC 2113), padded with no-operations to 40 bytes: the longest header that IPv4 has.
    four.setsockopt(socket.IPPROTO_IP, socket.IP_OPTIONS, bytes([148, 4, 0, 0]) + b"\x01" * 36)
    for size in (20, 900, 2000):
        four.sendto(filler(size), (ipv4, 5683))


def extension_headers():
    IPV6_HOPOPTS, IPV6_DSTOPTS, IPV6_RTHDRDSTOPTS = 54, 59, 55
    six = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
    pad = bytes([0, 0, 1, 4, 0, 0, 0, 0])  # next header (the kernel's), length 0, PadN of 4
    long = bytes([0, 2, 1, 20]) + bytes(20)
    for kinds in ((IPV6_HOPOPTS,), (IPV6_DSTOPTS,), (IPV6_HOPOPTS, IPV6_DSTOPTS)):
        for header in (pad, long):
            extra = [(socket.IPPROTO_IPV6, kind, header) for kind in kinds]
            for size in (30, 1900):
                six.sendmsg([filler(size)], extra, 0, (ipv6, 5684))


def other_protocols():
    # 253 is set aside for experiments (RFC 3692); 132 is SCTP.
    for protocol in (132, 253):
        socket.socket(socket.AF_INET, socket.SOCK_RAW, protocol).sendto(filler(40), (ipv4, 0))
        socket.socket(socket.AF_INET6, socket.SOCK_RAW, protocol).sendto(filler(40), (ipv6, 0))
    group = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    member = struct.pack("4s4s", socket.inet_aton("239.1.2.3"), socket.inet_aton(sys.argv[4]))
    group.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, member)


def odd_frames():
    """Through a packet socket: no program of this machine speaks them."""
    raw = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
    raw.bind((interface, 0))
    mac = raw.getsockname()[4]
    lldp = bytes([2, 7, 4]) + mac + bytes([4, 7, 3]) + mac + bytes([6, 2, 0, 120, 0, 0])
    raw.send(bytes.fromhex("0180c200000e") + mac + b"\x88\xcc" + lldp)
    bpdu = bytes([0x42, 0x42, 3]) + bytes(35)
    raw.send(bytes.fromhex("0180c2000000") + mac + struct.pack("!H", len(bpdu)) + bpdu)
    raw.send(b"\xff" * 6 + mac + bytes.fromhex("88b5"))  # local experimental (IEEE 802), and nothing in it
    # A tag and nothing behind it; an IPv4 header cut short; priority tag (VLAN 0) around an ARP announcement.
    raw.send(b"\xff" * 6 + mac + bytes.fromhex("81000001"))
    raw.send(b"\xff" * 6 + mac + bytes.fromhex("0800450000"))
    arp = bytes.fromhex("0001080006040001") + mac + socket.inet_aton(sys.argv[4]) + bytes(6) + socket.inet_aton(sys.argv[4])
    raw.send(b"\xff" * 6 + mac + bytes.fromhex("8100e0000806") + arp)


for speak in (datagrams, options, extension_headers, other_protocols, odd_frames):
    speak()
