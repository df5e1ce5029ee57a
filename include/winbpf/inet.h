/* SPDX-License-Identifier: MIT */
/* Numbers of the Internet protocols (IANA) and Windows' address families: AF_INET6 is 23 there, not Linux' 10. */
#ifndef WINBPF_INET_H
#define WINBPF_INET_H

#define AF_INET 2
#define AF_INET6 23

#define IPPROTO_HOPOPTS 0
#define IPPROTO_ICMP 1
#define IPPROTO_IPV4 4
#define IPPROTO_TCP 6
#define IPPROTO_UDP 17
#define IPPROTO_IPV6 41
#define IPPROTO_ROUTING 43
#define IPPROTO_FRAGMENT 44
#define IPPROTO_ICMPV6 58
#define IPPROTO_DSTOPTS 60

#endif
