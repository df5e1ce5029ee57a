import { SLOT_BYTES } from "../spec/index.ts";
import { decode } from "./decode.ts";
import { formOf } from "./forms.ts";
import { instructionRules, type Rule, vmRules } from "./rules.ts";

/** A rule that code breaks, and where. */
export interface Problem {
  /** Index of the 8-byte slot. */
  readonly slot: number;
  readonly rule: Rule;
  /** Plain words, without the place. */
  readonly text: string;
}

/** uBPF's limit, and the reach of ebpf-for-windows' 16-bit program counters. */
const TOO_LONG = 65_536;

/**
 * Judges machine code by the rules that hold before anything runs, and never throws. Problems come in the order of
 * their slots; an empty answer means that every instruction is well-formed and every jump lands on one.
 *
 * @param rules which rules to apply: `vmRules` (what the virtual machine takes), `rfcRules`, or any other choice.
 */
export function validate(code: Uint8Array, rules: ReadonlySet<Rule> = vmRules): Problem[] {
  const problems: Problem[] = [];
  const report = (slot: number, rule: Rule, text: string) => {
    if (rules.has(rule)) problems.push({ slot, rule, text });
  };
  const slots = Math.floor(code.length / SLOT_BYTES);
  if (code.length % SLOT_BYTES !== 0)
    report(slots, "partial-slot", `${code.length % SLOT_BYTES} bytes after the last whole slot`);
  if (slots === 0) report(0, "empty", "there are no instructions");
  if (slots >= TOO_LONG) report(0, "too-long", `${slots} slots are more than ${TOO_LONG - 1}`);
  // Where the length is judged, nobody runs the rest: a file of any size is refused at once.
  if (slots >= TOO_LONG && rules.has("too-long")) return problems;
  const instructions = decode(code.subarray(0, slots * SLOT_BYTES));
  const applied = instructionRules.filter(({ id }) => rules.has(id));
  for (const [slot, instruction] of instructions.entries()) {
    if (instruction === undefined) continue;
    const subject = { code, instructions, slot, instruction, form: formOf(instruction) };
    for (const { id, check } of applied) {
      const text = check(subject);
      if (text !== undefined) problems.push({ slot, rule: id, text });
    }
  }
  return problems;
}
