import type { Platform, Reference } from "../../spec/index.ts";
import { type ElfSymbol, SECTION_UNDEFINED, SymbolType } from "../container.ts";
import type { MapIndex } from "../maps/map-index.ts";
import { type Relocation, RelocationType } from "../relocations.ts";
import { quote } from "../span.ts";
import { builtins, resolveExternVariable } from "./externs.ts";
import type { CodeFunction, CodeSection } from "./functions.ts";
import { CallSource, LddwSource, type Slots } from "./instruction-slots.ts";

/** Binding of a symbol that need not be found (gABI, STB_WEAK). */
const WEAK = 2;

/** A place of a section's code that names a function which the linker has to bring near. */
export interface FunctionUse {
  readonly slot: number;
  readonly kind: "call" | "address";
  readonly section: CodeSection;
  readonly target: CodeFunction;
  /** Of addresses: the number that the file leaves in the code, where it names the section alone; see `Reference`. */
  readonly unnamed?: number | undefined;
}

/** A section's code after its relocations; slots count from the section's start. */
export interface RelocatedSection {
  readonly code: CodeSection;
  /** Ascending by slot. */
  readonly references: readonly Reference[];
  /** Ascending by slot. */
  readonly uses: readonly (FunctionUse & { readonly order: number })[];
  /** Whether a relocation spoke about the slot. */
  has(slot: number): boolean;
}

export interface RelocationContext {
  readonly platform: Platform;
  readonly maps: MapIndex;
  /** Functions that the kernel has, as the object's BTF declares them. */
  readonly kernelFunctions: ReadonlySet<string>;
  codeSection(index: number): CodeSection | undefined;
}

/** Resolves every relocation of a code section, patching its slots. */
export function relocate(
  code: CodeSection,
  relocations: readonly Relocation[],
  context: RelocationContext,
): RelocatedSection {
  const { slots } = code;
  const references: Reference[] = [];
  const uses: (FunctionUse & { order: number })[] = [];
  const done = new Set<number>();
  relocations.forEach((relocation, order) => {
    const slot = slotOf(slots, relocation);
    if (done.has(slot)) slots.fail("Two relocations of one instruction", slot);
    done.add(slot);
    const outcome = slots.isLocalCall(slot)
      ? resolveCall(slots, slot, relocation, context)
      : resolveAddress(slots, slot, relocation, context);
    if (outcome === undefined) return;
    if ("section" in outcome) uses.push({ ...outcome, order });
    else references.push(outcome);
  });
  references.sort((a, b) => a.slot - b.slot);
  uses.sort((a, b) => a.slot - b.slot);
  return { code, references, uses, has: (slot) => done.has(slot) };
}

function slotOf(slots: Slots, { offset, type, entry }: Relocation): number {
  const { data } = entry.section;
  if (type !== RelocationType.NONE && type !== RelocationType.R64_64 && type !== RelocationType.R64_32) {
    data.fail(`Relocation of type ${type} in code`, entry.offset);
  }
  if (offset % 8 !== 0) data.fail(`Relocation at ${offset}, where no instruction begins`, entry.offset);
  if (offset / 8 >= slots.count) data.fail(`Relocation at ${offset}, behind the end of the code`, entry.offset);
  return offset / 8;
}

function unresolved(slots: Slots, slot: number, symbol: ElfSymbol): never {
  return slots.fail(`Unresolved symbol ${symbol.name === "" ? "without a name" : quote(symbol.name)}`, slot);
}

function resolveCall(
  slots: Slots,
  slot: number,
  { symbol, addend }: Relocation,
  context: RelocationContext,
): Reference | FunctionUse {
  const { name } = symbol;
  if (symbol.section === SECTION_UNDEFINED) {
    if (context.kernelFunctions.has(name)) {
      slots.setSrc(slot, CallSource.KERNEL);
      return { slot, kind: "kernel-function", name, ...(symbol.binding === WEAK ? { weak: true } : {}) };
    }
    // PREVAIL's Windows platform has no builtins: such calls stay unresolved there.
    if (context.platform === "windows" || name === "") unresolved(slots, slot, symbol);
    slots.setSrc(slot, CallSource.HELPER);
    slots.setImm(slot, -1);
    return { slot, kind: builtins.has(name) ? "builtin" : "extern", name };
  }
  // The compiler leaves -1, or the distance from the section's start to the callee in slots less one.
  const distance = addend === undefined || addend === 0 ? (slots.imm(slot) + 1) * 8 : addend;
  const found = functionAt(symbol.section, symbol.value + distance, context);
  return found === undefined ? unresolved(slots, slot, symbol) : { slot, kind: "call", ...found };
}

function resolveAddress(
  slots: Slots,
  slot: number,
  { symbol, addend }: Relocation,
  context: RelocationContext,
): Reference | FunctionUse | undefined {
  if (!slots.isWide(slot)) return slots.fail(`Relocation of an instruction that takes none`, slot);
  if (symbol.section === SECTION_UNDEFINED) {
    resolveExternVariable(slots, slot, symbol.name);
    return undefined;
  }
  const distance = addend === undefined || addend === 0 ? slots.imm(slot) : addend;
  const unnamed = symbol.name === "" ? slots.imm(slot) : undefined;
  const map = context.maps.declared(symbol, symbol.type === SymbolType.SECTION ? distance : 0);
  if (map !== undefined) {
    patchWide(slots, slot, LddwSource.MAP, map.spec.descriptor, 0);
    return { slot, kind: "map", map: map.spec.name, ...(unnamed === undefined ? {} : { unnamed }) };
  }
  const data = context.maps.dataSection(symbol);
  if (data !== undefined) {
    const offset = symbol.type === SymbolType.SECTION ? distance : symbol.value + (addend ?? 0);
    if (offset < 0 || offset > data.spec.valueSize)
      slots.fail(`Address ${offset} bytes into ${data.spec.section}`, slot);
    patchWide(slots, slot, LddwSource.MAP_VALUE, data.spec.descriptor, offset);
    return { slot, kind: "map-value", map: data.spec.name, offset };
  }
  const found = functionAt(symbol.section, symbol.value + distance, context);
  if (found !== undefined) return { slot, kind: "address", ...found, unnamed };
  if (!symbol.name.startsWith("__config_")) unresolved(slots, slot, symbol);
  slots.setImm(slot, 0);
  return undefined;
}

function patchWide(slots: Slots, slot: number, src: number, low: number, high: number): void {
  slots.setSrc(slot, src);
  slots.setImm(slot, low | 0);
  slots.setImm(slot + 1, high | 0);
}

function functionAt(
  section: number,
  offset: number,
  context: RelocationContext,
): { readonly section: CodeSection; readonly target: CodeFunction } | undefined {
  const code = context.codeSection(section);
  const target = code?.functionAt(offset / 8);
  return code === undefined || target === undefined ? undefined : { section: code, target };
}
