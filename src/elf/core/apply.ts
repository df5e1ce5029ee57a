import { type BtfSpec, type ObjectFault, SLOT_BYTES } from "../../spec/index.ts";
import type { Work } from "../../turns/index.ts";
import { type ExtRecord, text, visitExtRecords } from "../btf/read-ext.ts";
import { TypeGraph } from "../btf/type-graph.ts";
import { CLASS_MASK, InstructionClass, Opcode, type Slots } from "../code/instruction-slots.ts";
import type { Section } from "../container.ts";
import { MAX_FAULTS } from "../limits.ts";
import { quote } from "../span.ts";
import { CoreFailure } from "./core-failure.ts";
import { type CoreRelocation, coreKinds } from "./kinds.ts";
import { resolveOwn } from "./resolve-own.ts";
import { type CoreResult, TargetResolver } from "./resolve-target.ts";
import { nameOf } from "./type-names.ts";

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

export interface CoreOutcome {
  /** Relocations, done or not. */
  readonly count: number;
  readonly faults: readonly ObjectFault[];
}

/** PREVAIL's words before those for the relocation itself. */
const VERDICT = "Unsupported or invalid CO-RE/BTF relocation data: ";

/**
 * Applies the CO-RE relocations of `.BTF.ext` to the code, against the types of a target kernel or, without one,
 * against the object's own, as Windows does. Those that cannot be done leave what the compiler wrote.
 */
export function* applyCoreRelocations(
  ext: Section | undefined,
  types: TypeGraph | undefined,
  code: readonly Slots[],
  target: BtfSpec | undefined,
): Work<CoreOutcome> {
  const faults: ObjectFault[] = [];
  let count = 0;
  if (ext === undefined || types === undefined) return { count, faults };
  const bySection = new Map(code.toReversed().map((slots) => [slots.section.name, slots]));
  const resolver =
    target === undefined ? undefined : new TargetResolver(types, new TypeGraph({ spec: target }, "target BTF"));
  const resolve = (relocation: CoreRelocation): CoreResult | undefined =>
    resolver === undefined ? { value: resolveOwn(types, relocation) } : resolver.resolve(relocation);
  const known = new Map<string, CoreResult | CoreFailure | undefined>();
  yield* visitExtRecords(ext.data, types, "relocations", (name, record) => {
    const slots = bySection.get(name);
    if (slots === undefined) return;
    count += 1;
    const { slot, key, relocation } = readRecord(record, types, slots);
    if (!known.has(key))
      known.set(
        key,
        orFailure(() => resolve(relocation)),
      );
    const result = known.get(key);
    const failure = result instanceof CoreFailure ? result : orFailure(() => patch(slots, slot, result));
    if (failure === undefined || faults.length === MAX_FAULTS) return;
    faults.push({
      message: `CO-RE relocation of ${described(types, relocation)}: ${failure.message}`,
      verdict: VERDICT + failure.verdict,
      section: name,
      offset: slot * SLOT_BYTES,
    });
  });
  return { count, faults };
}

/** What `act` returns, or the failure that it throws. */
function orFailure<T>(act: () => T): T | CoreFailure {
  try {
    return act();
  } catch (error) {
    if (error instanceof CoreFailure) return error;
    throw error;
  }
}

/** A relocation in words: what is asked about which type, and the way to the field. */
function described(types: TypeGraph, { kind, type, access }: CoreRelocation): string {
  const of = types.type(type);
  const name = nameOf(of);
  return `${kind} of ${of.kind}${name === "" ? "" : ` ${quote(name)}`}, ${access.join(":")}`;
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

function patch(slots: Slots, slot: number, result: CoreResult | undefined): undefined {
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
    if (value !== BigInt.asIntN(16, value)) {
      throw new CoreFailure(
        `offset ${value} does not fit an instruction`,
        "CO-RE field offset does not fit instruction offset field",
      );
    }
    slots.setOffset(slot, Number(value));
    if (sizes !== undefined && sizes.local !== sizes.target) resize(slots, slot, sizes.target);
  } else if (wide) {
    slots.setImm(slot, Number(BigInt.asIntN(32, value)));
    slots.setImm(slot + 1, Number(BigInt.asIntN(32, value >> 32n)));
  } else {
    if (value !== BigInt.asIntN(32, value) && value !== BigInt.asUintN(32, value)) {
      throw new CoreFailure(`${value} does not fit an instruction`);
    }
    slots.setImm(slot, Number(BigInt.asIntN(32, value)));
  }
}

/** A field that is wider or narrower there needs another load. */
function resize(slots: Slots, slot: number, bytes: number): void {
  const field = sizeFields.get(bytes);
  if (field === undefined) throw new CoreFailure(`a load of ${bytes} bytes`);
  slots.setOpcode(slot, (slots.opcode(slot) & ~SIZE_MASK) | field);
}
