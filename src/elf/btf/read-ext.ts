import type { Work } from "../../turns/index.ts";
import type { Span } from "../span.ts";
import { checkBtfHeader } from "./header.ts";
import type { TypeGraph } from "./type-graph.ts";

const HEADER_BYTES = 24;
const HEADER_WITH_CORE_BYTES = 32;

/** Where the header names each kind of record, and the least bytes that one takes (btf.rst section 4.2). */
const parts = {
  functions: { header: 8, record: 8 },
  lines: { header: 16, record: 16 },
  relocations: { header: 24, record: 16 },
} as const;

/** One record of `.BTF.ext`: fields are read through `data` from `at`, the first being the instruction's byte offset. */
export interface ExtRecord {
  readonly data: Span;
  readonly at: number;
}

const RECORDS_PER_PAUSE = 512;

/** Visits the records of one kind, each with the name of the code section that it is about. */
export function* visitExtRecords(
  data: Span,
  types: TypeGraph,
  part: keyof typeof parts,
  visit: (section: string, record: ExtRecord) => void,
): Work<void> {
  const header = checkBtfHeader(data, HEADER_BYTES);
  const { header: field, record: least } = parts[part];
  if (part === "relocations" && header < HEADER_WITH_CORE_BYTES) return;
  let at = header + data.u32(field);
  const length = data.u32(field + 4);
  data.view(at, length, `Table of ${part}`);
  const end = at + length;
  if (length === 0) return;
  if (length < 4) data.fail(`Table of ${part} is cut off`, at);
  const size = data.u32(at);
  if (size < least) data.fail(`Records of ${size} bytes in the table of ${part}`, at);
  at += 4;
  let visited = 0;
  while (at < end) {
    if (end - at < 8) data.fail(`Table of ${part} is cut off`, at);
    const section = text(types, data, data.u32(at), at);
    const count = data.u32(at + 4);
    at += 8;
    if (count > (end - at) / size) data.fail(`${count} records in the table of ${part}`, at - 4);
    for (let index = 0; index < count; index++, at += size) {
      visit(section, { data, at });
      if (++visited % RECORDS_PER_PAUSE === 0) yield;
    }
  }
}

/** A string of the object's BTF that `.BTF.ext` names. */
export function text(types: TypeGraph, data: Span, offset: number, at: number): string {
  return types.strings?.at(offset, { span: data, offset: at }) ?? "";
}
