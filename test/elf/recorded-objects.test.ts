import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parse } from "../../src/elf/index.ts";
import { EbpfError } from "../../src/errors.ts";
import { attachTypeOfSection, programTypes } from "../../src/platform/index.ts";
import type { MapSpec, ObjectSpec } from "../../src/spec/index.ts";
import { shared } from "../shared.ts";

/** A step of a recording of the real ebpfapi; conformance/ebpfapi's README says what each field is. */
interface Step {
  readonly call?: string;
  readonly macro?: string;
  readonly args?: readonly [
    {
      readonly str?: string;
      readonly file?: string;
      readonly truncate?: number;
      readonly set_bytes?: readonly (readonly [number, number])[];
    },
  ];
  readonly ret?: unknown;
  readonly list?: readonly Readonly<Record<string, unknown>>[];
}

const folder = shared("conformance/ebpfapi");
const root = folder ?? "";

function recordings(kind: string, prefix: string): readonly string[] {
  if (folder === undefined) return [];
  return readdirSync(join(root, "given", kind))
    .filter((file) => file.startsWith(prefix))
    .map((file) => join("given", kind, file));
}

function steps(file: string): readonly Step[] {
  const lines = readFileSync(join(root, file), "utf8").trim().split("\n");
  return lines.slice(1).map((line): Step => JSON.parse(line));
}

/** Undefined if the object is refused. */
function open(bytes: Uint8Array, path?: string): ObjectSpec | undefined {
  try {
    return parse(bytes, path === undefined ? {} : { path });
  } catch (error) {
    if (error instanceof EbpfError && error.code === "EBPF_INVALID_OBJECT") return undefined;
    throw error;
  }
}

function openStep(step: Step | undefined): ObjectSpec | undefined {
  const path = step?.args?.[0].str ?? "";
  return open(readFileSync(join(root, path)), path);
}

/** Maps as Windows lists them: without those of global variables, which only native images have, but with nameless ones. */
function listed(maps: readonly MapSpec[]): readonly MapSpec[] {
  const declared = maps.filter((map) => !/^\.(?:data|rodata|bss)/.test(map.section));
  const anonymous = new Map<string, MapSpec>();
  for (const map of declared) {
    for (let inner = map.inner; inner !== undefined; inner = inner.inner) {
      if (!declared.some((one) => one.name === inner?.name)) anonymous.set(inner.name, inner);
    }
  }
  return [...declared, ...anonymous.values()];
}

describe.skipIf(folder === undefined)("objects that the real ebpfapi opened", () => {
  test.each(recordings("text_enumerate", "enumerate_"))("%s: names, sections, places and linked bytes", (file) => {
    const [step] = steps(file);
    const spec = openStep(step);
    expect(spec !== undefined).toBe(step?.ret === 0);
    const programs = [...(spec?.programs ?? []), ...(spec?.subprograms ?? [])]
      .map(({ section, name, code, functions, sectionIndex }) => ({
        place: sectionIndex * 2 ** 32 + (functions[0]?.sectionOffset ?? 0),
        section,
        name,
        offset: functions[0]?.sectionOffset,
        raw: Buffer.from(code).toString("hex"),
      }))
      // ebpf_enumerate_programs lists in reverse.
      .sort((a, b) => b.place - a.place);
    expect(programs.map(({ place: _, ...rest }) => rest)).toEqual(
      (step?.list ?? []).map(({ section, name, offset, raw }) => ({ section, name, offset, raw })),
    );
  });

  test.each(recordings("objects", "object_"))("%s: programs, maps and their order", (file) => {
    const all = steps(file);
    const spec = openStep(all.find((step) => step.call === "bpf_object__open"));
    const listOf = (macro: string) => all.find((step) => step.macro === macro)?.list;
    if (spec === undefined) {
      expect(listOf("enumerate_programs")).toBeUndefined();
      return;
    }
    const programs = spec.programs.map(({ name, section, type, code }) => ({
      name,
      section,
      type: programTypes.find((row) => row.name === type)?.number,
      attach: attachTypeOfSection(section)?.number ?? 0,
      insns: code.length / 8,
    }));
    expect(programs).toEqual(
      listOf("enumerate_programs")?.map(({ name, section, type, attach, insns }) => ({
        name,
        section,
        type,
        attach,
        insns,
      })),
    );
    const maps = listed(spec.maps).map((map) => [map.name, map.type, map.keySize, map.valueSize, map.maxEntries]);
    expect(maps).toEqual(
      listOf("enumerate_maps")?.map((map) => [
        map["name"],
        map["type"],
        map["key_size"],
        map["value_size"],
        map["max_entries"],
      ]),
    );
  });

  test.each(recordings("objects", "broken_"))("%s: broken objects are refused where Windows refuses them", (file) => {
    for (const step of steps(file).filter((one) => one.call === "bpf_object__open_mem")) {
      const change = step.args?.[0];
      const bytes = new Uint8Array(readFileSync(join(root, change?.file ?? "")));
      for (const [at, value] of change?.set_bytes ?? []) bytes[at] = value;
      const opened = open(bytes.subarray(0, change?.truncate ?? bytes.length));
      expect(opened === undefined ? null : "ptr", JSON.stringify(change)).toBe(step.ret);
    }
  });
});
