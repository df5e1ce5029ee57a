import type { Work } from "../../turns/index.ts";
import type { Container } from "../container.ts";
import { type Relocation, RelocationType, type readRelocations } from "../relocations.ts";
import { Span } from "../span.ts";
import { readBtf } from "./read-types.ts";
import { TypeGraph } from "./type-graph.ts";

const WORDS: readonly number[] = [RelocationType.ABS32, RelocationType.NODYLD32, RelocationType.R64_32];

/**
 * The types of an object's `.BTF`, undefined if it has none. The compiler leaves the offsets of variables in data
 * sections to relocations: those are applied first.
 */
export function* readObjectBtf(
  container: Container,
  relocations: ReturnType<typeof readRelocations>,
): Work<TypeGraph | undefined> {
  const section = container.section(".BTF");
  if (section === undefined) return undefined;
  const words = relocations(section).filter((relocation) => WORDS.includes(relocation.type));
  const data = words.length === 0 ? section.data : relocated(section.data, words);
  return new TypeGraph(yield* readBtf(data), ".BTF");
}

function relocated(data: Span, relocations: readonly Relocation[]): Span {
  const copy = new Span(data.bytes.slice(), data.section);
  const view = new DataView(copy.bytes.buffer);
  for (const { offset, symbol, addend } of relocations) {
    view.setUint32(offset, (symbol.value + (addend ?? copy.u32(offset))) % 0x1_0000_0000, true);
  }
  return copy;
}
