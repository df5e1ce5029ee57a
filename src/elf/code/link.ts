import type { FunctionSpec, Reference, SourceLine, UnplacedSlot } from "../../spec/index.ts";
import { MAX_CALL_NESTING, MAX_LINKED_SLOTS } from "../limits.ts";
import { quote } from "../span.ts";
import type { DebugInfo } from "./debug-info.ts";
import type { CodeFunction, CodeSection } from "./functions.ts";
import { LddwSource } from "./instruction-slots.ts";
import { reachableEnd } from "./reach.ts";
import type { FunctionUse, RelocatedSection } from "./relocate.ts";

const SLOT = 8;

/** A function together with copies of everything that it calls, ready to run. */
export interface LinkedCode {
  readonly code: Uint8Array;
  readonly references: readonly Reference[];
  readonly functions: readonly FunctionSpec[];
  readonly lines: readonly SourceLine[];
  readonly unplaced: readonly UnplacedSlot[];
}

/** A function's own part: slots `[start, end)` of its section, and the functions elsewhere that it names, in order. */
interface Body {
  readonly source: RelocatedSection;
  readonly start: number;
  readonly end: number;
  readonly uses: readonly FunctionUse[];
}

/**
 * Links functions. A callee's linked code follows the caller's own once, in the order in which relocations first name
 * it, then calls without relocations, then functions whose address is taken: PREVAIL's order, on which the slot
 * numbers in its verdicts depend. Nested callees come along inside their callers, again for each caller.
 */
export class Linker {
  readonly #sources: ReadonlyMap<CodeSection, RelocatedSection>;
  readonly #debug: (section: string) => DebugInfo;
  readonly #linked = new Map<CodeFunction, LinkedCode>();
  readonly #visiting = new Set<CodeFunction>();
  readonly #seen = new Map<CodeSection, Int32Array>();
  #slots = 0;

  constructor(sources: readonly RelocatedSection[], debug: (section: string) => DebugInfo) {
    this.#sources = new Map(sources.map((source) => [source.code, source]));
    this.#debug = memoize(debug);
  }

  link(section: CodeSection, target: CodeFunction): LinkedCode {
    const known = this.#linked.get(target);
    if (known !== undefined) return known;
    if (this.#visiting.size >= MAX_CALL_NESTING) section.slots.fail("Calls nest too deeply", target.start);
    this.#visiting.add(target);
    const linked = this.#assemble(this.#body(section, target), target);
    this.#visiting.delete(target);
    this.#linked.set(target, linked);
    return linked;
  }

  #assemble(body: Body, self: CodeFunction): LinkedCode {
    const { slots } = body.source.code;
    const bases = new Map<CodeFunction, { readonly base: number; readonly linked: LinkedCode }>();
    let size = body.end - body.start;
    for (const { slot, kind, section, target } of body.uses) {
      if (bases.has(target) || (kind === "address" && target === self)) continue;
      if (this.#visiting.has(target)) slots.fail(`Recursive call of ${quote(target.name)}`, slot);
      const linked = this.link(section, target);
      bases.set(target, { base: size, linked });
      size += linked.code.length / SLOT;
    }
    this.#slots += size;
    if (this.#slots > MAX_LINKED_SLOTS) {
      slots.fail(`Linked code of more than ${MAX_LINKED_SLOTS} instructions`, body.start);
    }

    const code = new Uint8Array(size * SLOT);
    code.set(slots.bytes.subarray(body.start * SLOT, body.end * SLOT));
    for (const { base, linked } of bases.values()) code.set(linked.code, base * SLOT);
    const own = ownParts(body, this.#debug(slots.section.name));
    const view = new DataView(code.buffer);
    for (const { slot, kind, target, unnamed } of body.uses) {
      const at = slot - body.start;
      const base = bases.get(target)?.base ?? 0;
      view.setInt32(at * SLOT + 4, base - at - 1, true);
      if (kind === "call") continue;
      code[at * SLOT + 1] = slots.dst(slot) | (LddwSource.FUNCTION << 4);
      view.setInt32((at + 1) * SLOT + 4, 0, true);
      const origin = unnamed === undefined ? { named: true as const } : { unnamed };
      own.references.push({ slot: at, kind: "function", target: base, ...origin });
    }
    own.references.sort((a, b) => a.slot - b.slot);
    for (const { base, linked } of bases.values()) {
      for (const reference of linked.references) own.references.push(shiftReference(reference, base));
      for (const part of linked.functions)
        own.functions.push({ ...part, start: part.start + base, end: part.end + base });
      for (const line of linked.lines) own.lines.push(shiftLine(line, base));
      for (const { slot, file } of linked.unplaced) own.unplaced.push({ slot: slot + base, file });
    }
    return { code, ...own };
  }

  #body(section: CodeSection, { start, end }: CodeFunction): Body {
    const { slots } = section;
    const source = this.#sources.get(section);
    if (source === undefined) return slots.fail("Code that was not relocated", start);
    const seen = this.#seen.get(section) ?? new Int32Array(slots.count);
    this.#seen.set(section, seen);
    const last = reachableEnd(slots, start, end, seen);
    const uses: FunctionUse[] = source.uses
      .slice(lowerBound(source.uses, start), lowerBound(source.uses, last))
      .sort((a, b) => a.order - b.order);
    const unrelocated: FunctionUse[] = [];
    for (let slot = start; slot < last; slot++) {
      if (!slots.isLocalCall(slot) || source.has(slot)) continue;
      const callee = slot + 1 + slots.imm(slot);
      if (callee >= start && callee < last) continue;
      const target = section.functionAt(callee);
      if (target === undefined) return slots.fail("Call of an address where no function begins", slot);
      unrelocated.push({ slot, kind: "call", section, target });
    }
    const ordered = [
      ...uses.filter((use) => use.kind === "call"),
      ...unrelocated,
      ...uses.filter((use) => use.kind === "address"),
    ];
    return { source, start, end: last, uses: ordered };
  }
}

interface Parts {
  readonly references: Reference[];
  readonly functions: FunctionSpec[];
  readonly lines: SourceLine[];
  readonly unplaced: UnplacedSlot[];
}

function ownParts({ source, start, end }: Body, debug: DebugInfo): Parts {
  const { functions, slots } = source.code;
  const within = <T extends { readonly slot: number }>(list: readonly T[]): T[] =>
    list.slice(lowerBound(list, start), lowerBound(list, end));
  const parts: FunctionSpec[] = [];
  const first = lowerBoundBy(functions, start, (entry) => entry.start);
  for (let index = first; index < functions.length; index++) {
    const part = functions[index];
    if (part === undefined || part.start >= end) break;
    const spec = {
      name: part.name,
      start: part.start - start,
      end: Math.min(part.end, end) - start,
      section: slots.section.name,
      sectionOffset: part.start * SLOT,
    };
    const type = debug.functionTypes.get(part.start);
    parts.push(type === undefined ? spec : { ...spec, type });
  }
  return {
    references: within(source.references).map((reference) => shiftReference(reference, -start)),
    functions: parts,
    lines: start === 0 ? within(debug.lines) : within(debug.lines).map((line) => shiftLine(line, -start)),
    unplaced: within(debug.unplaced).map(({ slot, file }) => ({ slot: slot - start, file })),
  };
}

function shiftReference(reference: Reference, by: number): Reference {
  const slot = reference.slot + by;
  return reference.kind === "function" ? { ...reference, slot, target: reference.target + by } : { ...reference, slot };
}

// Written out: a program may have a line for every slot, and spreading objects takes several times as long.
function shiftLine({ slot, file, line, column, text }: SourceLine, by: number): SourceLine {
  return { slot: slot + by, file, line, column, text };
}

function lowerBound(list: readonly { readonly slot: number }[], slot: number): number {
  return lowerBoundBy(list, slot, (entry) => entry.slot);
}

/** Index of the first entry whose key is not below `wanted`, in a list that ascends by key. */
function lowerBoundBy<T>(list: readonly T[], wanted: number, key: (entry: T) => number): number {
  let [low, high] = [0, list.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    const entry = list[middle];
    if (entry !== undefined && key(entry) < wanted) low = middle + 1;
    else high = middle;
  }
  return low;
}

function memoize<V>(read: (key: string) => V): (key: string) => V {
  const known = new Map<string, V>();
  return (key) => {
    const value = known.get(key) ?? read(key);
    known.set(key, value);
    return value;
  };
}
