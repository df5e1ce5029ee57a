import { type Instruction, SLOT_BYTES } from "../spec/index.ts";
import { decode } from "./decode.ts";
import type { InstructionForm } from "./form.ts";
import { formOf } from "./forms.ts";
import { type InstructionRuleRow, instructionRules, type Rule, vmRules } from "./rules.ts";

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

/** Code as it was read, and what is wrong with it. */
export interface ReadCode {
  readonly problems: readonly Problem[];
  /** One entry a slot, as `decode` gives them; none where the code is too long to be looked at. */
  readonly instructions: readonly (Instruction | undefined)[];
  /** The table's row of each; undefined where there is none, and for second slots. */
  readonly forms: readonly (InstructionForm | undefined)[];
}

/** The rules that instances of a form can break, found once for each form that occurs. */
class RulesByForm {
  readonly #applied: readonly InstructionRuleRow[];
  readonly #byForm = new Map<InstructionForm | undefined, readonly InstructionRuleRow[]>();

  constructor(rules: ReadonlySet<Rule>) {
    this.#applied = instructionRules.filter(({ id }) => rules.has(id));
  }

  of(form: InstructionForm | undefined): readonly InstructionRuleRow[] {
    const known = this.#byForm.get(form);
    if (known !== undefined) return known;
    const found = this.#applied.filter(({ applies }) => applies(form));
    this.#byForm.set(form, found);
    return found;
  }
}

/** Reads machine code and judges it like `validate`. */
export function readCode(code: Uint8Array, rules: ReadonlySet<Rule>): ReadCode {
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
  if (slots >= TOO_LONG && rules.has("too-long")) return { problems, instructions: [], forms: [] };
  const instructions = decode(code.subarray(0, slots * SLOT_BYTES));
  const forms = instructions.map((instruction) => instruction && formOf(instruction));
  const rulesByForm = new RulesByForm(rules);
  for (let slot = 0; slot < slots; slot++) {
    const instruction = instructions[slot];
    if (instruction === undefined) continue;
    const form = forms[slot];
    const subject = { code, instructions, slot, instruction, form };
    for (const { id, check } of rulesByForm.of(form)) {
      const text = check(subject);
      if (text !== undefined) problems.push({ slot, rule: id, text });
    }
  }
  return { problems, instructions, forms };
}

/**
 * Judges machine code by the rules that hold before anything runs, and never throws. Problems come in the order of
 * their slots; an empty answer means that every instruction is well-formed and every jump lands on one.
 *
 * @param rules which rules to apply: `vmRules` (what the virtual machine takes), `rfcRules`, or any other choice.
 */
export function validate(code: Uint8Array, rules: ReadonlySet<Rule> = vmRules): readonly Problem[] {
  return readCode(code, rules).problems;
}
