import { assertBytes, assertObject } from "../arguments.ts";
import { EbpfError } from "../errors.ts";
import { attachTypeOfSection, linuxSectionType } from "../platform/index.ts";
import type { ObjectSpec, Platform, ProgramSpec } from "../spec/index.ts";
import type { Work } from "../turns/index.ts";
import { readObjectBtf } from "./btf/object-btf.ts";
import type { TypeGraph } from "./btf/type-graph.ts";
import { readDebugInfo } from "./code/debug-info.ts";
import { type CodeSection, readCodeSections } from "./code/functions.ts";
import { Linker } from "./code/link.ts";
import { type RelocatedSection, relocate } from "./code/relocate.ts";
import { type Container, readContainer } from "./container.ts";
import { applyCoreRelocations } from "./core/apply.ts";
import { readGlobals } from "./globals.ts";
import { readMaps } from "./maps/read-maps.ts";
import type { ParseOptions } from "./parse-options.ts";
import { readRelocations } from "./relocations.ts";

/** As `parse`, with pauses: large objects take tens of milliseconds. */
export function* parsing(bytes: Uint8Array, options: ParseOptions = {}): Work<ObjectSpec> {
  assertObject(options, "What parsing takes");
  const { platform = "windows", path } = options;
  assertBytes(bytes, "An object file");
  if (platform !== "windows" && platform !== "linux") {
    throw new EbpfError(
      "EBPF_INVALID_ARGUMENT",
      `Platform ${JSON.stringify(platform)}; there are "windows" and "linux"`,
    );
  }
  const container = yield* readContainer(bytes, platform);
  const relocations = readRelocations(container);
  const types = yield* readObjectBtf(container, relocations);
  const sections = readCodeSections(container);
  // libbpf opens files without code: maps, and types, from which others are linked.
  if (sections.length === 0 && (platform === "windows" || container.section(".BTF") === undefined)) {
    container.file.fail("No executable sections", 0);
  }
  yield;
  const { maps, index, faults: mapFaults } = readMaps(container, types, relocations, sections, platform, path);

  const byIndex = new Map(sections.map((code) => [code.slots.section.index, code]));
  const context = {
    platform,
    maps: index,
    kernelFunctions: kernelFunctions(types),
    codeSection: (section: number) => byIndex.get(section),
  };
  const core = yield* applyCoreRelocations(
    container.section(".BTF.ext"),
    types,
    sections.map((code) => code.slots),
    options.btf,
  );
  const relocated: RelocatedSection[] = [];
  for (const code of sections) {
    relocated.push(relocate(code, relocations(code.slots.section), context));
    yield;
  }
  const linker = new Linker(relocated, yield* readDebugInfo(container, types));
  const count = sections.reduce((sum, code) => sum + code.functions.length, 0);
  const programs: ProgramSpec[] = [];
  const subprograms: ProgramSpec[] = [];
  for (const code of sections) {
    const list = code.slots.section.name === ".text" && count > 1 ? subprograms : programs;
    for (const target of code.functions) {
      list.push({ name: target.name, ...sectionOf(code, platform, path), ...linker.link(code, target) });
      yield;
    }
  }
  const faults = [...mapFaults, ...core.faults];
  return {
    platform,
    programs,
    subprograms,
    maps,
    globals: readGlobals(container, types, index),
    btf: types?.spec,
    license: readLicense(container),
    ...(core.count === 0 ? {} : { coreRelocations: core.count }),
    ...(faults.length === 0 ? {} : { faults }),
  };
}

function sectionOf(
  { slots }: CodeSection,
  platform: Platform,
  path: string | undefined,
): Pick<ProgramSpec, "section" | "sectionIndex" | "type"> {
  const { name, index } = slots.section;
  const type = platform === "linux" ? linuxSectionType(name, path) : attachTypeOfSection(name)?.programType;
  return { section: name, sectionIndex: index, type: type ?? "unspec" };
}

/** Names of the functions that the object's BTF places in `.ksyms`. */
function kernelFunctions(types: TypeGraph | undefined): ReadonlySet<string> {
  const section = types?.find("datasec", ".ksyms");
  if (types === undefined || section === undefined) return new Set();
  const names = types.expect(section, "datasec", "Section .ksyms").variables.flatMap(({ type: id }) => {
    const type = types.type(id);
    return type.kind === "func" ? [type.name] : [];
  });
  return new Set(names);
}

function readLicense(container: Container): string | undefined {
  const data = container.section("license")?.data;
  if (data === undefined) return undefined;
  const { buffer, byteOffset, byteLength } = data.bytes.subarray(0, 256);
  // Not a TextDecoder: the first one takes milliseconds to make.
  const text = Buffer.from(buffer, byteOffset, byteLength).toString();
  const end = text.indexOf("\0");
  return end < 0 ? text : text.slice(0, end);
}
