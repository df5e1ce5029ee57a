import { Span } from "../span.ts";

const MAGIC = 0xeb9f;
const HEADER_BYTES = 24;

export interface BtfBlocks {
  /** The type block; its offsets count from its own start. */
  readonly types: Span;
  readonly strings: Span;
  /** Bytes from the start of the section to the type block. */
  readonly typesOffset: number;
}

/** Checks magic, version and header length, which `.BTF` and `.BTF.ext` share, and returns the header's length. */
export function checkBtfHeader(data: Span, minimum: number): number {
  const magic = data.u16(0);
  if (magic === 0x9feb) data.fail("Big-endian BTF", 0);
  if (magic !== MAGIC) data.fail(`Not BTF (magic 0x${magic.toString(16)})`, 0);
  if (data.u8(2) !== 1) data.fail(`BTF version ${data.u8(2)}`, 2);
  const length = data.u32(4);
  if (length < minimum || length > data.length) data.fail(`BTF header of ${length} bytes`, 4);
  return length;
}

/** Splits BTF (Linux' Documentation/bpf/btf.rst, section 2) into its type and string blocks. */
export function readBtfBlocks(data: Span): BtfBlocks {
  const header = checkBtfHeader(data, HEADER_BYTES);
  const typesOffset = header + data.u32(8);
  const types = data.view(typesOffset, data.u32(12), "BTF type block");
  const strings = data.view(header + data.u32(16), data.u32(20), "BTF string block");
  if (strings.length === 0 || strings[0] !== 0 || strings[strings.length - 1] !== 0) {
    data.fail("BTF string block does not begin and end with NUL", 16);
  }
  return { types: new Span(types, data.section), strings: new Span(strings, data.section), typesOffset };
}
