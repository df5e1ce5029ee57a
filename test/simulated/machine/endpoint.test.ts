import { describe, expect, it } from "vitest";
import { EbpfError } from "../../../src/errors.ts";
import {
  AF_INET,
  AF_INET6,
  formatEndpoint,
  isLoopback,
  isMapped,
  parseEndpoint,
  unmapped,
} from "../../../src/simulated/sockets/endpoint.ts";

describe("addresses with ports", () => {
  it.each([
    ["10.0.0.1:443", AF_INET, [10, 0, 0, 1], 443],
    ["0.0.0.0:0", AF_INET, [0, 0, 0, 0], 0],
    ["255.255.255.255:65535", AF_INET, [255, 255, 255, 255], 65_535],
    ["[::1]:80", AF_INET6, [...new Array(15).fill(0), 1], 80],
    ["[2001:db8::2]:53", AF_INET6, [0x20, 1, 0xd, 0xb8, ...new Array(11).fill(0), 2], 53],
    ["[::ffff:10.0.0.1]:1", AF_INET6, [...new Array(10).fill(0), 255, 255, 10, 0, 0, 1], 1],
  ])("given %s, then family, bytes and port are read, and the text is made again", (text, family, bytes, port) => {
    const endpoint = parseEndpoint(text, "to");
    expect({ ...endpoint, address: [...endpoint.address] }).toEqual({ family, address: bytes, port });
    expect(formatEndpoint(endpoint)).toBe(text);
  });

  it.each([
    "",
    "10.0.0.1",
    ":443",
    "10.0.0.1:",
    "10.0.0.1:65536",
    "10.0.0.1:-1",
    "10.0.0.1:1e3",
    "10.0.0:443",
    "10.0.0.256:443",
    "010.0.0.1:443",
    "localhost:80",
    "::1:80",
    "[::1]",
    "[::1:80",
    "[:::1]:80",
    "[10.0.0.1]:80",
    "[fe80::1%4]:80",
    "10.0.0.1:443 ",
    `${"9".repeat(1e5)}:1`,
  ])("given %s, then EBPF_INVALID_ARGUMENT that names what is wrong", (text) => {
    const read = () => parseEndpoint(text, "to");
    expect(read).toThrow(EbpfError);
    expect(read).toThrow(
      expect.objectContaining({ code: "EBPF_INVALID_ARGUMENT", message: expect.stringMatching(/^to: /) }),
    );
  });

  it.each([undefined, null, 443, {}])("given %s where a text should be, then EBPF_INVALID_ARGUMENT", (value) => {
    expect(() => Reflect.apply(parseEndpoint, undefined, [value, "to"])).toThrow(EbpfError);
  });

  it("given kinds of addresses, then loopback and mapped ones are known", () => {
    expect(isLoopback(parseEndpoint("127.9.9.9:1", "to"))).toBe(true);
    expect(isLoopback(parseEndpoint("[::1]:1", "to"))).toBe(true);
    expect(isLoopback(parseEndpoint("[::2]:1", "to"))).toBe(false);
    const mapped = parseEndpoint("[::ffff:10.0.0.1]:443", "to");
    expect(isMapped(mapped)).toBe(true);
    expect(formatEndpoint(unmapped(mapped))).toBe("10.0.0.1:443");
  });
});
