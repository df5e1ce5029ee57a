import type { SourceLine, UnplacedSlot } from "../../spec/index.ts";
import { text, visitExtRecords } from "../btf/read-ext.ts";
import type { TypeGraph } from "../btf/type-graph.ts";
import type { Container } from "../container.ts";

/** What `.BTF.ext` says about one code section; slots count from the section's start. */
export interface DebugInfo {
  /** Ascending by slot, one entry a slot. */
  readonly lines: readonly SourceLine[];
  /** Ascending by slot: the records of line 0. */
  readonly unplaced: readonly UnplacedSlot[];
  /** Ids of `func` types by the slot where the function begins. */
  readonly functionTypes: ReadonlyMap<number, number>;
}

const none: DebugInfo = { lines: [], unplaced: [], functionTypes: new Map() };

/** Reads line and function information; the answer is by section name. */
export function readDebugInfo(container: Container, types: TypeGraph | undefined): (section: string) => DebugInfo {
  const ext = container.section(".BTF.ext");
  if (ext === undefined || types === undefined) return () => none;
  const lines = new Map<string, SourceLine[]>();
  const functions = new Map<string, Map<number, number>>();
  visitExtRecords(ext.data, types, "lines", (section, { data, at }) => {
    const place = data.u32(at + 12);
    entry(lines, section, () => []).push({
      slot: data.u32(at) >>> 3,
      file: text(types, data, data.u32(at + 4), at),
      line: place >>> 10,
      column: place & 0x3ff,
      text: types.strings?.cut(data.u32(at + 8), { span: data, offset: at }) ?? "",
    });
  });
  visitExtRecords(ext.data, types, "functions", (section, { data, at }) => {
    entry(functions, section, () => new Map<number, number>()).set(data.u32(at) >>> 3, data.u32(at + 4));
  });
  for (const list of lines.values()) list.sort((a, b) => a.slot - b.slot);
  return (section) => {
    const all = (lines.get(section) ?? []).filter((line, index, list) => list[index + 1]?.slot !== line.slot);
    return {
      // Line 0 marks code that no source line stands for: what came before goes on.
      lines: all.filter(({ line }) => line !== 0),
      unplaced: all.filter(({ line }) => line === 0).map(({ slot, file }) => ({ slot, file })),
      functionTypes: functions.get(section) ?? new Map(),
    };
  };
}

function entry<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
}
