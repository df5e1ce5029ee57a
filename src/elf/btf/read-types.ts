import { assertBytes } from "../../arguments.ts";
import type { BtfSpec, BtfType } from "../../spec/index.ts";
import { each, finish, type Work } from "../../turns/index.ts";
import { Span } from "../span.ts";
import { StringTable } from "../string-table.ts";
import { readBtfBlocks } from "./header.ts";

const RECORD_BYTES = 12;
const SIGNED = 1;
const CHAR = 2;
const BOOL = 4;

/** One type record: its fixed part, decoded, and where its own data begins. */
interface TypeRecord {
  readonly data: Span;
  readonly name: string;
  readonly count: number;
  readonly flag: boolean;
  /** A size in bytes or a type id, as the kind says. */
  readonly sizeOrType: number;
  /** Offset of the kind's own data. */
  readonly body: number;
  readonly text: (offset: number) => string;
}

interface Kind {
  /** Bytes that follow the record: fixed, and for each of `count`. */
  readonly fixed: number;
  readonly each: number;
  readonly read: (record: TypeRecord) => BtfType;
}

/** Every kind by number (btf.rst section 2.2). */
const kinds: readonly (Kind | undefined)[] = [
  undefined,
  { fixed: 4, each: 0, read: readInt },
  { fixed: 0, each: 0, read: (r) => ({ kind: "ptr", type: r.sizeOrType }) },
  { fixed: 12, each: 0, read: readArray },
  { fixed: 0, each: 12, read: (r) => readComposite(r, "struct") },
  { fixed: 0, each: 12, read: (r) => readComposite(r, "union") },
  { fixed: 0, each: 8, read: readEnum },
  { fixed: 0, each: 0, read: (r) => ({ kind: "fwd", name: r.name, union: r.flag }) },
  { fixed: 0, each: 0, read: (r) => ({ kind: "typedef", name: r.name, type: r.sizeOrType }) },
  { fixed: 0, each: 0, read: (r) => ({ kind: "volatile", type: r.sizeOrType }) },
  { fixed: 0, each: 0, read: (r) => ({ kind: "const", type: r.sizeOrType }) },
  { fixed: 0, each: 0, read: (r) => ({ kind: "restrict", type: r.sizeOrType }) },
  // A function has its linkage where others have a count.
  { fixed: 0, each: 0, read: (r) => ({ kind: "func", name: r.name, type: r.sizeOrType, linkage: r.count }) },
  { fixed: 0, each: 8, read: readPrototype },
  { fixed: 4, each: 0, read: readVariable },
  { fixed: 0, each: 12, read: readDataSection },
  { fixed: 0, each: 0, read: (r) => ({ kind: "float", name: r.name, size: r.sizeOrType }) },
  { fixed: 4, each: 0, read: readDeclarationTag },
  { fixed: 0, each: 0, read: (r) => ({ kind: "type_tag", name: r.name, type: r.sizeOrType }) },
  { fixed: 0, each: 12, read: readEnum64 },
];
const FUNC = 12;
const TYPES_PER_PAUSE = 256;

export interface BtfData {
  readonly spec: BtfSpec;
  /** Where each type's record is, in bytes from the start of the section. */
  readonly offsets: readonly number[];
  readonly strings: StringTable;
}

/** Decodes every type of a `.BTF` section and checks that each id it mentions exists. */
export function* readBtf(section: Span): Work<BtfData> {
  const blocks = readBtfBlocks(section);
  const { types: data, typesOffset } = blocks;
  // No compiler shares the tails of BTF's strings, and libbtf, which Windows reads BTF with, finds only whole ones.
  const strings = new StringTable(blocks.strings, true);
  const types: BtfType[] = [{ kind: "void" }];
  const offsets: number[] = [0];
  let offset = 0;
  while (offset < data.length) {
    const at = typesOffset + offset;
    if (data.length - offset < RECORD_BYTES) section.fail("BTF type record is cut off", at);
    const info = data.u32(offset + 4);
    const number = (info >>> 24) & 0x1f;
    const count = info & 0xffff;
    const kind = kinds[number];
    if (kind === undefined) return section.fail(`BTF kind ${number}`, at);
    const size = RECORD_BYTES + kind.fixed + (number === FUNC ? 0 : kind.each * count);
    if (size > data.length - offset) section.fail("BTF type record is cut off", at);
    const text = (position: number): string => strings.at(position, { span: section, offset: at });
    types.push(
      kind.read({
        data,
        name: text(data.u32(offset)),
        count,
        flag: info >>> 31 === 1,
        sizeOrType: data.u32(offset + 8),
        body: offset + RECORD_BYTES,
        text,
      }),
    );
    offsets.push(at);
    offset += size;
    if (types.length % TYPES_PER_PAUSE === 0) yield;
  }
  yield* each(types, (type, id) => {
    const bad = mentioned(type).find((mention) => mention >= types.length);
    if (bad !== undefined) section.fail(`BTF type ${id} refers to type ${bad}, which is not there`, offsets[id] ?? 0);
  });
  return { spec: { types }, offsets, strings };
}

/**
 * Decodes BPF Type Format, such as an object's `.BTF` section or a kernel's `/sys/kernel/btf/vmlinux`; little-endian.
 * Broken data is refused with `EBPF_INVALID_OBJECT`.
 */
export function parseBtf(bytes: Uint8Array): BtfSpec {
  assertBytes(bytes, "Type information");
  return finish(readBtf(new Span(bytes, ".BTF"))).spec;
}

/** Ids of the types that a type is made of. */
function mentioned(type: BtfType): readonly number[] {
  switch (type.kind) {
    case "array":
      return [type.type, type.indexType];
    case "struct":
    case "union":
      return type.members.map((member) => member.type);
    case "func_proto":
      return [type.returnType, ...type.parameters.map((parameter) => parameter.type)];
    case "datasec":
      return type.variables.map((variable) => variable.type);
    default:
      return "type" in type ? [type.type] : [];
  }
}

function readInt(r: TypeRecord): BtfType {
  const word = r.data.u32(r.body);
  const flags = (word >>> 24) & 0xf;
  const encoding = flags & BOOL ? "bool" : flags & CHAR ? "char" : flags & SIGNED ? "signed" : "unsigned";
  return {
    kind: "int",
    name: r.name,
    size: r.sizeOrType,
    bits: word & 0xff,
    bitOffset: (word >>> 16) & 0xff,
    encoding,
  };
}

function readArray(r: TypeRecord): BtfType {
  return { kind: "array", type: r.data.u32(r.body), indexType: r.data.u32(r.body + 4), length: r.data.u32(r.body + 8) };
}

function readComposite(r: TypeRecord, kind: "struct" | "union"): BtfType {
  const members = list(r, 12, (at) => {
    const place = r.data.u32(at + 8);
    return {
      name: r.text(r.data.u32(at)),
      type: r.data.u32(at + 4),
      bitOffset: r.flag ? place & 0xffffff : place,
      bitSize: r.flag ? place >>> 24 : 0,
    };
  });
  return { kind, name: r.name, size: r.sizeOrType, members };
}

function readEnum(r: TypeRecord): BtfType {
  const values = list(r, 8, (at) => ({
    name: r.text(r.data.u32(at)),
    value: BigInt(r.flag ? r.data.i32(at + 4) : r.data.u32(at + 4)),
  }));
  return { kind: "enum", name: r.name, size: r.sizeOrType, signed: r.flag, values };
}

function readEnum64(r: TypeRecord): BtfType {
  const values = list(r, 12, (at) => {
    const value = (BigInt(r.data.u32(at + 8)) << 32n) | BigInt(r.data.u32(at + 4));
    return { name: r.text(r.data.u32(at)), value: r.flag ? BigInt.asIntN(64, value) : value };
  });
  return { kind: "enum64", name: r.name, size: r.sizeOrType, signed: r.flag, values };
}

function readPrototype(r: TypeRecord): BtfType {
  const parameters = list(r, 8, (at) => ({ name: r.text(r.data.u32(at)), type: r.data.u32(at + 4) }));
  return { kind: "func_proto", returnType: r.sizeOrType, parameters };
}

function readVariable(r: TypeRecord): BtfType {
  return { kind: "var", name: r.name, type: r.sizeOrType, linkage: r.data.u32(r.body) };
}

function readDataSection(r: TypeRecord): BtfType {
  const variables = list(r, 12, (at) => ({
    type: r.data.u32(at),
    offset: r.data.u32(at + 4),
    size: r.data.u32(at + 8),
  }));
  return { kind: "datasec", name: r.name, size: r.sizeOrType, variables };
}

function readDeclarationTag(r: TypeRecord): BtfType {
  return { kind: "decl_tag", name: r.name, type: r.sizeOrType, component: r.data.i32(r.body) };
}

function list<T>(r: TypeRecord, bytes: number, read: (at: number) => T): readonly T[] {
  return Array.from({ length: r.count }, (_, index) => read(r.body + index * bytes));
}
