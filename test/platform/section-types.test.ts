import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { attachTypeOfSection, linuxMapFamily, linuxSectionType } from "../../src/platform/index.ts";
import { shared } from "../shared.ts";

describe("Windows' section rule", () => {
  test.each([
    ["xdp", "BPF_XDP", "xdp"],
    ["xdp/filter", "BPF_XDP", "xdp"],
    ["bind_0", "BPF_ATTACH_TYPE_BIND", "bind"],
    ["cgroup/connect4", "BPF_CGROUP_INET4_CONNECT", "sock_addr"],
    ["cgroup/connect_authorization4/x", "BPF_CGROUP_INET4_CONNECT_AUTHORIZATION", "sock_addr"],
    ["sockops", "BPF_CGROUP_SOCK_OPS", "sockops"],
  ])("given %s, then the longest prefix says %s", (section, name, programType) => {
    expect(attachTypeOfSection(section)).toMatchObject({ name, programType });
  });

  test.each(["", "xd", "XDP", "?xdp", ".text", "kprobe/x", "cgroup/connect"])("given %s, then no type", (section) => {
    expect(attachTypeOfSection(section)).toBeUndefined();
  });
});

interface LinuxFacts {
  readonly program_types: readonly { readonly name: string; readonly section_prefixes: readonly string[] }[];
  readonly map_types: readonly { readonly number: number; readonly is_array: boolean; readonly value_kind: string }[];
}

const facts = shared("facts/linux-platform.json");

describe.skipIf(facts === undefined)("Linux' tables", () => {
  const { program_types, map_types }: LinuxFacts =
    facts === undefined ? { program_types: [], map_types: [] } : JSON.parse(readFileSync(facts, "utf8"));

  test("given each recorded prefix, then its type", () => {
    for (const { name, section_prefixes } of program_types) {
      for (const prefix of section_prefixes) expect(linuxSectionType(`${prefix}x`), prefix).toBe(name);
    }
  });

  test("given each recorded map type, then its family", () => {
    for (const { number, is_array, value_kind } of map_types) {
      expect(linuxMapFamily(number), String(number)).toEqual({ array: is_array, values: value_kind });
    }
  });

  test("given anything else, then a socket filter, unless the path says otherwise", () => {
    expect(linuxSectionType("2/3")).toBe("socket_filter");
    expect(linuxSectionType("2/3", "cilium/bpf_xdp.o")).toBe("xdp");
    expect(linuxSectionType("2/3", "cilium-core/bpf_lxc.o")).toBe("lxc");
  });
});
