import type { BtfSpec } from "../../spec/index.ts";
import type { Work } from "../../turns/index.ts";
import { type ExtRecord, text, visitExtRecords } from "../btf/read-ext.ts";
import { TypeGraph } from "../btf/type-graph.ts";
import { CLASS_MASK, InstructionClass, Opcode, type Slots } from "../code/instruction-slots.ts";
import type { Section } from "../container.ts";
import { coreKinds } from "./kinds.ts";
import { resolveOwn } from "./resolve-own.ts";
import { type CoreResult, TargetResolver } from "./resolve-target.ts";

/** The helper number of libbpf's poison: no kernel has it, so a verifier refuses the code if it can be reached. */
const POISON = 0xbad2310;
const MAX_ACCESS_TEXT = 640;
const SIZE_MASK = 0x18;
/** Size fields of loads and stores by bytes (RFC 9669 section 5). */
const sizeFields: ReadonlyMap<number, number> = new Map([
  [4, 0x00],
  [2, 0x08],
  [1, 0x10],
  [8, 0x18],
]);

/**
 * Applies the CO-RE relocations of `.BTF.ext` to the code, against the types of a target kernel or, without one,
 * against the object's own, as Windows does.
 */
export function* applyCoreRelocations(
  ext: Section | undefined,
  types: TypeGraph | undefined,
  code: readonly Slots[],
  target: BtfSpec | undefined,
): Work<void> {
  if (ext === undefined || types === undefined) return;
  const bySection = new Map(code.toReversed().map((slots) => [slots.section.name, slots]));
  const resolver =
    target === undefined ? undefined : new TargetResolver(types, new TypeGraph({ spec: target }, "target BTF"));
  const known = new Map<string, CoreResult | undefined>();
  yield* visitExtRecords(ext.data, types, "relocations", (name, record) => {
    const slots = bySection.get(name);
    if (slots === undefined) return;
    const { slot, key, relocation } = readRecord(record, types, slots);
    if (!known.has(key)) {
      known.set(key, resolver === undefined ? { value: resolveOwn(types, relocation) } : resolver.resolve(relocation));
    }
    patch(slots, slot, known.get(key));
  });
}

function readRecord({ data, at }: ExtRecord, types: TypeGraph, slots: Slots) {
  const offset = data.u32(at);
  if (offset % 8 !== 0 || offset / 8 >= slots.count) data.fail(`CO-RE relocation at ${offset}, where no code is`, at);
  const slot = offset / 8;
  if (slot > 0 && slots.isWide(slot - 1)) data.fail("CO-RE relocation of the second half of an instruction", at);
  const type = data.u32(at + 4);
  const access = text(types, data, data.u32(at + 8), at);
  const kind = coreKinds[data.u32(at + 12)];
  if (kind === undefined) return data.fail(`CO-RE relocation of kind ${data.u32(at + 12)}`, at);
  // libbpf takes 64 steps.
  if (access.length > MAX_ACCESS_TEXT) data.fail("CO-RE relocation with an access path of more than 64 steps", at);
  if (!/^\d{1,9}(?::\d{1,9})*$/.test(access)) data.fail("CO-RE relocation with a malformed access path", at);
  types.type(type);
  const relocation = { kind, type, access: access.split(":").map(Number) };
  return { slot, key: `${kind} ${type} ${access}`, relocation };
}

function patch(slots: Slots, slot: number, result: CoreResult | undefined): void {
  const wide = slots.isWide(slot);
  if (result === undefined) {
    for (const each of wide ? [slot, slot + 1] : [slot]) {
      slots.setOpcode(each, Opcode.CALL);
      slots.setRegisters(each, 0, 0);
      slots.setOffset(each, 0);
      slots.setImm(each, POISON);
    }
    return;
  }
  const { value, sizes } = result;
  const kind = slots.opcode(slot) & CLASS_MASK;
  if (kind === InstructionClass.LDX || kind === InstructionClass.ST || kind === InstructionClass.STX) {
    if (value !== BigInt.asIntN(16, value)) slots.fail(`CO-RE: offset ${value} does not fit an instruction`, slot);
    slots.setOffset(slot, Number(value));
    if (sizes !== undefined && sizes.local !== sizes.target) resize(slots, slot, sizes.target);
  } else if (wide) {
    slots.setImm(slot, Number(BigInt.asIntN(32, value)));
    slots.setImm(slot + 1, Number(BigInt.asIntN(32, value >> 32n)));
  } else {
    if (value !== BigInt.asIntN(32, value) && value !== BigInt.asUintN(32, value)) {
      slots.fail(`CO-RE: ${value} does not fit an instruction`, slot);
    }
    slots.setImm(slot, Number(BigInt.asIntN(32, value)));
  }
}

/** A field that is wider or narrower there needs another load. */
function resize(slots: Slots, slot: number, bytes: number): void {
  const field = sizeFields.get(bytes) ?? slots.fail(`CO-RE: a load of ${bytes} bytes`, slot);
  slots.setOpcode(slot, (slots.opcode(slot) & ~SIZE_MASK) | field);
}
