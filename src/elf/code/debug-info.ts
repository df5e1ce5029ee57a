import type { SourceLine, UnplacedSlot } from "../../spec/index.ts";
import type { Work } from "../../turns/index.ts";
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
export function* readDebugInfo(
  container: Container,
  types: TypeGraph | undefined,
): Work<(section: string) => DebugInfo> {
  const ext = container.section(".BTF.ext");
  if (ext === undefined || types === undefined) return () => none;
  const lines = new Map<string, SourceLine[]>();
  const functions = new Map<string, Map<number, number>>();
  yield* visitExtRecords(ext.data, types, "lines", (section, { data, at }) => {
    const place = data.u32(at + 12);
    entry(lines, section, () => []).push({
      slot: data.u32(at) >>> 3,
      file: text(types, data, data.u32(at + 4), at),
      line: place >>> 10,
      column: place & 0x3ff,
      text: types.strings?.cut(data.u32(at + 8), { span: data, offset: at }) ?? "",
    });
  });
  yield* visitExtRecords(ext.data, types, "functions", (section, { data, at }) => {
    entry(functions, section, () => new Map<number, number>()).set(data.u32(at) >>> 3, data.u32(at + 4));
  });
  for (const list of lines.values()) {
    list.sort((a, b) => a.slot - b.slot);
    yield;
  }
  return (section) => ({ ...placed(lines.get(section) ?? []), functionTypes: functions.get(section) ?? new Map() });
}

/** Of several lines of a slot the last counts. Line 0 marks code that no source line stands for: what came before goes on. */
function placed(all: readonly SourceLine[]): Pick<DebugInfo, "lines" | "unplaced"> {
  const lines: SourceLine[] = [];
  const unplaced: UnplacedSlot[] = [];
  for (let at = 0; at < all.length; at++) {
    const line = all[at];
    if (line === undefined || all[at + 1]?.slot === line.slot) continue;
    if (line.line === 0) unplaced.push({ slot: line.slot, file: line.file });
    else lines.push(line);
  }
  return { lines, unplaced };
}

function entry<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
}
