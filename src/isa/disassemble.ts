import { type Instruction, SLOT_BYTES, type SourceLine } from "../spec/index.ts";
import { decode } from "./decode.ts";
import { badText, whyBad } from "./format-instruction.ts";
import { formOf } from "./forms.ts";
import { fuse } from "./fusion.ts";
import type { HelperPrototype } from "./helper-call.ts";
import { listingText } from "./listing-text.ts";
import { targetOf } from "./rules.ts";

/** A line of a listing. */
export type ListingLine =
  | { readonly kind: "source"; readonly file: string; readonly line: number; readonly text: string }
  | {
      readonly kind: "instruction";
      /** Index of the (first) 8-byte slot. */
      readonly slot: number;
      /** The number that the listing prints: the slot, less one for each pair of shifts shown as one before it. */
      readonly number: number;
      readonly text: string;
    }
  /** Slots that no instruction can be read from. */
  | { readonly kind: "bad"; readonly slot: number; readonly number: number; readonly text: string };

export interface DisassembleOptions {
  /** Source lines to interleave, ascending by slot; each holds up to the next. */
  readonly lines?: readonly SourceLine[];
  /** Helpers by number. Without them calls are shown as `r0 = call:7`. */
  readonly helpers?: ReadonlyMap<number, HelperPrototype>;
  /** What to show for the map that the wide load in a slot names, instead of the immediate. */
  readonly map?: (slot: number) => string | number | undefined;
  /** Name of the function that the call in a slot is of, where it is no helper: what a reference says. */
  readonly callee?: (slot: number) => string | undefined;
}

interface Entry {
  readonly slot: number;
  readonly number: number;
  readonly instruction: Instruction;
}

/** Slots that jumps and local calls go to. */
function targetsOf(instructions: readonly (Instruction | undefined)[]): Set<number> {
  const targets = new Set<number>();
  for (const [slot, instruction] of instructions.entries()) {
    const form = instruction && formOf(instruction);
    const target = form && targetOf(form, instruction, slot);
    if (target !== undefined) targets.add(target);
  }
  return targets;
}

/** Instructions as the listing counts them: pairs of shifts are one, unless something jumps between them. */
function entriesOf(instructions: readonly (Instruction | undefined)[]): { entries: Entry[]; count: number } {
  const targets = targetsOf(instructions);
  const entries: Entry[] = [];
  let number = 0;
  for (let slot = 0; slot < instructions.length; slot++) {
    const instruction = instructions[slot];
    if (instruction === undefined) {
      number++;
      continue;
    }
    const fused = targets.has(slot + 1) ? undefined : fuse(instruction, instructions[slot + 1]);
    entries.push({ slot, number, instruction: fused ?? instruction });
    number++;
    if (fused !== undefined) slot++;
  }
  return { entries, count: number };
}

/** Gives the source line of each slot, asked in ascending order. */
function sourceLookup(lines: readonly SourceLine[]): (slot: number) => SourceLine | undefined {
  let next = 0;
  let current: SourceLine | undefined;
  return (slot) => {
    for (let line = lines[next]; line !== undefined && line.slot <= slot; line = lines[next]) {
      current = line;
      next++;
    }
    return current;
  };
}

/**
 * Lists machine code in the form of `netsh ebpf show disassembly`. Reads anything and never throws: what is no
 * instruction becomes a `bad` line. A source line appears before the first instruction that was compiled from it, and
 * again after instructions of another line.
 */
export function disassemble(code: Uint8Array, options: DisassembleOptions = {}): ListingLine[] {
  const whole = code.length - (code.length % SLOT_BYTES);
  const instructions = decode(code.subarray(0, whole));
  const { entries, count } = entriesOf(instructions);
  const numbers = new Map(entries.map(({ slot, number }) => [slot, number]));
  const sourceOf = sourceLookup(options.lines ?? []);
  const listing: ListingLine[] = [];
  let shown = "";

  for (const { slot, number, instruction } of entries) {
    const source = sourceOf(slot);
    if (source !== undefined && source.text !== shown) {
      listing.push({ kind: "source", file: source.file, line: source.line, text: source.text });
      shown = source.text;
    }
    const form = formOf(instruction);
    const reason = whyBad(instruction);
    if (form === undefined || reason !== undefined) {
      const end = slot + (instruction.high === undefined ? 1 : 2);
      const text = badText(code.subarray(slot * SLOT_BYTES, end * SLOT_BYTES), reason ?? "");
      listing.push({ kind: "bad", slot, number, text });
      continue;
    }
    const target = targetOf(form, instruction, slot) ?? slot;
    const text = listingText(form, instruction, {
      helpers: options.helpers,
      map: (form.kind === "wide" ? options.map?.(slot) : undefined) ?? instruction.imm,
      callee: form.kind === "call" ? options.callee?.(slot) : undefined,
      target,
      distance: (numbers.get(target) ?? target - slot + number) - number - 1,
    });
    listing.push({ kind: "instruction", slot, number, text });
  }
  if (whole < code.length) {
    const text = badText(code.subarray(whole), "less than a slot");
    listing.push({ kind: "bad", slot: whole / SLOT_BYTES, number: count, text });
  }
  return listing;
}

/** Source text comes from a stranger's file: control characters but tabs are shown as `\x1b`. */
function printable(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  return text.replace(/[\u0000-\u0008\u000a-\u001f\u007f-\u009f\u2028\u2029]/g, (character) => {
    const code = character.charCodeAt(0).toString(16);
    return code.length > 2 ? `\\u${code}` : `\\x${code.padStart(2, "0")}`;
  });
}

const NUMBER_WIDTH = 8;

/** Joins a listing to text, each line ended by a newline. */
export function formatListing(listing: readonly ListingLine[]): string {
  return listing
    .map((line) =>
      line.kind === "source"
        ? `; ${printable(line.file)}:${line.line}\n; ${printable(line.text)}\n`
        : `${line.number.toString().padStart(NUMBER_WIDTH)}:\t${printable(line.text)}\n`,
    )
    .join("");
}
