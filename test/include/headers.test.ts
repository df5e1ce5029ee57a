import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { shared } from "../shared.ts";

const folder = new URL("../../include/winbpf/", import.meta.url);
const text = readdirSync(folder)
  .map((name) => readFileSync(new URL(name, folder), "utf8"))
  .join("\n");

/** What the headers make the compiler assert, and what they define: as numbers by name. */
const sizes = numbers(/^WINBPF_SIZE\((?:struct )?(\w+), (\w+)\)/gm);
const offsets = numbers(/^WINBPF_OFFSET\(((?:struct )?\w+, \w+), (\w+)\)/gm);
const constants = new Map([
  ...numbers(/^ *(?:enum \{ )?([A-Z]\w+) += (\w+)/gm),
  ...numbers(/^#define ([A-Z]\w+) (\w+)/gm),
  ...numbers(/(BPF_FUNC_\w+) = WINBPF_HELPER_OF_TYPE\((\d+)\)/g, 0x10000),
]);

function numbers(pattern: RegExp, base = 0): Map<string, number> {
  return new Map([...text.matchAll(pattern)].map(([, name = "", value]) => [name, base + Number(value)]));
}

interface Named {
  readonly name: string;
}
interface Field extends Named {
  readonly offset: number;
}
interface Platform {
  readonly program_types: readonly {
    readonly name: string;
    readonly context?: { readonly type: string; readonly size: number };
    readonly context_fields?: readonly Field[];
    readonly verdicts: readonly (Named & { readonly value: number })[] | null;
  }[];
  readonly structs: readonly (Named & { readonly size: number; readonly fields: readonly Field[] })[];
  readonly map_types: readonly (Named & { readonly number: number })[];
  readonly helpers_general: readonly { readonly id: number; readonly enum: string }[];
  readonly helpers_by_program_type: readonly (Named & { readonly kind: string; readonly id: number })[];
  readonly constants: readonly (Named & { readonly value: number })[];
  readonly enum_operation: Readonly<Record<string, readonly (Named & { readonly value: number })[]>>;
}

const path = shared("facts/windows-platform.json");

describe.skipIf(path === undefined)("the C headers", () => {
  const platform: Platform = JSON.parse(path === undefined ? "{}" : readFileSync(path, "utf8"));
  const expectLayout = (type: string, size: number, fields: readonly Field[]) => {
    expect([type, sizes.get(type)]).toEqual([type, size]);
    for (const { name, offset } of fields)
      expect([type, name, offsets.get(`${type}, ${name}`)]).toEqual([type, name, offset]);
  };

  test("given Windows' program types, then contexts have its layout and verdicts its values", () => {
    for (const { context, context_fields, verdicts } of platform.program_types ?? []) {
      if (context !== undefined) expectLayout(context.type, context.size, context_fields ?? []);
      // PERMIT and STATUS_SUCCESS are the facts' words for a zero that has no name in C.
      for (const { name, value } of verdicts ?? [])
        if (!["PERMIT", "STATUS_SUCCESS", "BIND_PERMIT"].includes(name))
          expect([name, constants.get(name)]).toEqual([name, value]);
    }
  });

  test("given Windows' other structures, then those that programs use have its layout", () => {
    const used = ["bpf_sock_addr_network_context_t", "netevent_data_header_t"];
    for (const { name, size, fields } of platform.structs ?? [])
      if (used.includes(name)) expectLayout(name, size, fields);
  });

  test("given Windows' map types, then each has its number", () => {
    for (const { name, number } of platform.map_types ?? [])
      expect([name, constants.get(`BPF_MAP_TYPE_${name}`)]).toEqual([name, number]);
  });

  test("given Windows' helpers, then each has its number and a prototype", () => {
    const declared = (constant: string) => text.includes(`, bpf_${constant.slice("BPF_FUNC_".length)}, `);
    for (const { id, enum: constant } of platform.helpers_general ?? []) {
      expect([constant, constants.get(constant)]).toEqual([constant, id]);
      expect([constant, declared(constant)]).toEqual([constant, true]);
    }
    for (const { name, kind, id } of platform.helpers_by_program_type ?? []) {
      if (kind !== "specific") continue;
      const constant = `BPF_FUNC_${name.replace(/^bpf_/, "")}`;
      expect([constant, constants.get(constant)]).toEqual([constant, id]);
      expect([name, text.includes(`, ${name}, ${constant},`)]).toEqual([name, true]);
    }
  });

  test("given Windows' operations and constants, then those that the headers name have its values", () => {
    for (const { name, value } of Object.values(platform.enum_operation ?? {}).flat())
      if (!name.startsWith("NeteventCapture")) expect([name, constants.get(name)]).toEqual([name, value]);
    for (const { name, value } of platform.constants ?? [])
      if (constants.has(name)) expect([name, constants.get(name)]).toEqual([name, value]);
  });
});
