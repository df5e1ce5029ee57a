import type { MapSpec, Platform } from "../../spec/index.ts";
import { type Container, type Section, SectionType, SymbolType } from "../container.ts";
import type { DeclaredMap } from "./map-section.ts";
import { isDataSection } from "./map-section.ts";

const ARRAY = 2;
/** Bytes of the file's name that begin a data section's map name; libbpf's habit, kept by bpf2c. */
const PREFIX = 7;

/** The maps of one entry that hold global variables; numbered after the `before` maps that the file declares. */
export function readDataSections(
  container: Container,
  platform: Platform,
  path: string | undefined,
  before: number,
): readonly DeclaredMap[] {
  const prefix = platform === "windows" ? fileName(container, path).slice(0, PREFIX) : "";
  const sections = container.sections.filter(
    ({ name, type, size }) =>
      isDataSection(name) && (type === SectionType.PROGBITS || type === SectionType.NOBITS) && size > 0,
  );
  return sections.map((section, index) => ({
    spec: dataMap(container, section, `${prefix}${section.name}`, before + index + 1),
    section: section.index,
    offset: 0,
  }));
}

function dataMap(container: Container, section: Section, name: string, descriptor: number): MapSpec {
  if (section.size > 0xffff_ffff) {
    container.file.fail(`Data section of ${section.size} bytes`, section.headerOffset + 32);
  }
  return {
    name,
    type: ARRAY,
    keySize: 4,
    valueSize: section.size,
    maxEntries: 1,
    flags: 0,
    pinByName: false,
    section: section.name,
    descriptor,
    readOnly: /^\.rodata(?:$|\.)/.test(section.name),
    ...(section.type === SectionType.NOBITS ? {} : { initial: section.data.bytes.slice() }),
  };
}

/** The object's name without folder and up to its first dot (bpf2c's rule) or, where no path is known, that of the C file it was made from. */
function fileName(container: Container, path: string | undefined): string {
  const source = path ?? container.symbols.find((symbol) => symbol.type === SymbolType.FILE)?.name ?? "";
  const base = source.slice(Math.max(source.lastIndexOf("/"), source.lastIndexOf("\\")) + 1);
  const dot = base.indexOf(".");
  return dot < 0 ? base : base.slice(0, dot);
}
