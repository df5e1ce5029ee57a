#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A VLAN sub-interface for kernels that have none (no 8021q): a TAP device whose frames go tagged over another one.

    capture-vlan.py WIRE TAP TAG...      TAG is TPID:TCI in hex, the outer one first: 8100:6064, or 88a8:00c8 8100:0007

What programs send on TAP leaves WIRE through a packet socket with the tags put in; tagged frames that come in by WIRE
lose their tags and enter TAP.
"""
import errno
import fcntl
import os
import select
import socket
import struct
import sys

ETH_P_ALL = 3
SOL_PACKET, PACKET_AUXDATA, PACKET_OUTGOING = 263, 8, 4
TUNSETIFF, IFF_TAP, IFF_NO_PI = 0x400454CA, 2, 0x1000
VLAN_VALID, VLAN_TPID_VALID = 0x10, 0x40

wire, tap_name = sys.argv[1:3]
tags = b"".join(struct.pack("!HH", *(int(half, 16) for half in tag.split(":"))) for tag in sys.argv[3:])

packets = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ETH_P_ALL))
packets.bind((wire, ETH_P_ALL))
packets.setsockopt(SOL_PACKET, PACKET_AUXDATA, 1)
tap = os.open("/dev/net/tun", os.O_RDWR)
fcntl.ioctl(tap, TUNSETIFF, struct.pack("16sH", tap_name.encode(), IFF_TAP | IFF_NO_PI))


def whole(frame, ancillary):
    """The frame as it was on the wire: the kernel takes the outer tag out and reports it beside the frame."""
    for level, kind, data in ancillary:
        if (level, kind) != (SOL_PACKET, PACKET_AUXDATA):
            continue
        status, _, _, _, _, tci, tpid = struct.unpack("IIIHHHH", data)
        if status & VLAN_VALID:
            tag = struct.pack("!HH", tpid if status & VLAN_TPID_VALID else 0x8100, tci)
            return frame[:12] + tag + frame[12:]
    return frame


while True:
    for ready in select.select([tap, packets], [], [])[0]:
        if ready == tap:
            frame = os.read(tap, 65536)
            packets.send(frame[:12] + tags + frame[12:])
            continue
        frame, ancillary, _, address = packets.recvmsg(65536, 256)
        frame = whole(frame, ancillary)
        if address[2] != PACKET_OUTGOING and frame[12 : 12 + len(tags)] == tags:
            try:
                os.write(tap, frame[:12] + frame[12 + len(tags) :])
            except OSError as error:
                if error.errno != errno.EIO:  # not up yet: a wire would lose it too
                    raise
