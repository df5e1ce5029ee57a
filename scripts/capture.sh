#!/bin/bash
# SPDX-License-Identifier: MIT
# Takes test/captures/mixed.pcap anew: real programs talk to each other across a veth pair between two network
# namespaces, and tcpdump listens at the server's end. Needs root and, on Debian,
#   apt install iproute2 ethtool tcpdump python3 curl dnsmasq-base dnsutils iputils-ping
# The tests count what is in the file (scripts/capture-counts.mjs); a new capture needs new counts.
set -eu
cd "$(dirname "$0")/.."
output=${1:-test/captures/mixed.pcap}
scratch=$(mktemp -d)
client=winbpf-client server=winbpf-server

on_client() { ip netns exec $client "$@"; }
on_server() { ip netns exec $server "$@"; }
started=()
background() { "$@" >"$scratch/log.${#started[@]}" 2>&1 & started+=($!); }
patiently() {
    for _ in {1..100}; do "$@" >/dev/null 2>&1 && return || sleep 0.1; done
    echo "gave up waiting for: $*" >&2
    cat "$scratch"/tcpdump "$scratch"/log.* >&2
    exit 1
}
finish() {
    for id in "${started[@]}"; do kill "$id" 2>/dev/null || true; done
    wait || true
    ip netns del $client 2>/dev/null || true
    ip netns del $server 2>/dev/null || true
    rm -rf "$scratch"
}
trap finish EXIT

ip netns add $client
ip netns add $server
ip link add wire0 netns $client address 02:00:00:00:00:01 type veth peer name wire0 netns $server address 02:00:00:00:00:02
for side in $client $server; do
    ip netns exec $side sysctl -qw net.ipv6.conf.default.accept_dad=0 net.ipv6.conf.all.accept_dad=0 \
        net.ipv4.icmp_ratelimit=0 net.ipv6.icmp.ratelimit=0
    # Frames as a wire carries them: no segmentation or checksums left to a network card.
    ip netns exec $side ethtool -K wire0 rx off tx off sg off tso off gso off gro off >/dev/null 2>&1
    ip netns exec $side ip link set lo up
done
# Up without addresses: the server's end first, so that the capture begins with the client's first words.
on_server ip link set wire0 up
ip netns exec $server tcpdump -i wire0 -w "$scratch/mixed.pcap" -U -s 0 2>"$scratch/tcpdump" &
tcpdump_id=$!
started+=($tcpdump_id)
patiently grep -q listening "$scratch/tcpdump"

address() { # namespace interface number network
    ip netns exec "$1" ip address add "10.77.$4.$3/24" brd + dev "$2"
    ip netns exec "$1" ip -6 address add "fd00:77:$4::$3/64" dev "$2" nodad
    ip netns exec "$1" ip link set "$2" up
}
address $client wire0 1 0
address $server wire0 2 0

# VLAN 100 with priority 3, and VLAN 7 inside service VLAN 200: by the kernel where it has 8021q, else through a
# packet socket. Either way curl and ping talk over it.
if on_client ip link add link wire0 name vlan100 type vlan id 100 2>/dev/null; then
    on_client ip link set vlan100 type vlan egress-qos-map 0:3
    on_server ip link add link wire0 name vlan100 type vlan id 100 egress-qos-map 0:3
    for side in $client $server; do
        ip netns exec $side ip link add link wire0 name outer200 type vlan proto 802.1ad id 200
        ip netns exec $side ip link set outer200 up
        ip netns exec $side ip link add link outer200 name vlan200 type vlan id 7
    done
else
    for side in $client $server; do
        background ip netns exec $side python3 scripts/capture-vlan.py wire0 vlan100 8100:6064
        background ip netns exec $side python3 scripts/capture-vlan.py wire0 vlan200 88a8:00c8 8100:0007
    done
    # Once a device is there, its relay is listening.
    for side in $client $server; do
        for vlan in vlan100 vlan200; do
            patiently ip netns exec $side ip link show $vlan
        done
    done
fi
number=1
for side in $client $server; do
    for vlan in 100 200; do
        ip netns exec $side ip link set vlan$vlan address 02:00:00:00:$((vlan / 100)):0$number mtu 1400
        address $side vlan$vlan $number $vlan
    done
    number=2
done

mkdir "$scratch/www"
printf '<!doctype html><title>winbpf</title><p>A page.</p>\n' >"$scratch/www/index.html"
python3 -c 'print("\n".join(f"{n} squared is {n * n}" for n in range(350)))' >"$scratch/www/squares.txt"
background ip netns exec $server python3 -m http.server 80 --bind :: --directory "$scratch/www"
background ip netns exec $server python3 -m http.server 8080 --bind 10.77.0.2 --directory "$scratch/www"
long=$(printf 'text%.0s' {1..60})
background ip netns exec $server dnsmasq -k -C /dev/null --no-resolv --no-hosts --user=root --pid-file= \
    --address=/www.winbpf.test/10.77.0.2 --address=/www.winbpf.test/fd00:77:0::2 --edns-packet-max=4096 \
    $(for n in 1 2 3 4 5 6 7 8 9; do echo "--txt-record=long.winbpf.test,$n$long"; done)
for port in 80 8080 53; do
    patiently ip netns exec $server bash -c "ss -Hltn 'sport = :$port' | grep -q ."
done

quietly() { "$@" >>"$scratch/said" 2>&1 || true; }
quietly on_client ping -c 3 -i 0.05 10.77.0.2
quietly on_client ping -6 -c 3 -i 0.05 fd00:77:0::2
for size in 0 1 100 1000 1472; do quietly on_client ping -c 1 -s $size 10.77.0.2; done
for size in 3000 6000; do
    quietly on_client ping -c 1 -s $size 10.77.0.2
    quietly on_client ping -6 -c 1 -s $size fd00:77:0::2
done
quietly on_client ping -c 1 -R 10.77.0.2

for host in 10.77.0.2 '[fd00:77:0::2]' 10.77.0.2:8080 10.77.100.2 '[fd00:77:100::2]' 10.77.200.2; do
    quietly on_client curl -s -m 5 "http://$host/" "http://$host/squares.txt" "http://$host/none"
done
quietly on_client curl -s -m 5 http://10.77.0.2:81/
quietly on_client curl -s -m 5 'http://[fd00:77:0::2]:444/'

for at in 10.77.0.2 fd00:77:0::2 10.77.100.2; do
    quietly on_client dig +tries=1 +time=2 @$at www.winbpf.test A
    quietly on_client dig +tries=1 +time=2 @$at www.winbpf.test AAAA
    quietly on_client dig +tries=1 +time=2 +tcp @$at www.winbpf.test A
done
for at in 10.77.0.2 fd00:77:0::2; do
    quietly on_client dig +tries=1 +time=2 +bufsize=4096 +ignore @$at long.winbpf.test TXT
    quietly on_client dig +tries=1 +time=2 +bufsize=512 @$at long.winbpf.test TXT
    quietly on_client dig +tries=1 +time=1 -p 5300 @$at www.winbpf.test A
done

quietly on_client ping -c 3 -i 0.05 10.77.100.2
quietly on_client ping -6 -c 2 -i 0.05 fd00:77:100::2
quietly on_client ping -c 1 -s 2500 10.77.100.2
quietly on_client ping -c 3 -i 0.05 10.77.200.2
quietly on_client ping -6 -c 1 fd00:77:200::2

on_client python3 scripts/capture-talk.py 10.77.0.2 fd00:77:0::2 wire0 10.77.0.1
sleep 1

kill $tcpdump_id
wait $tcpdump_id || true
cp "$scratch/mixed.pcap" "$output"
cat "$scratch/tcpdump"
ls -l "$output"
