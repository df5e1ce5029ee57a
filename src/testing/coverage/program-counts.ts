import { decode, formOf, targetOf } from "../../isa/index.ts";
import { type ProgramSpec, SLOT_BYTES } from "../../spec/index.ts";

/** How often each instruction of one program ran, and which way its conditional jumps went. Plain data. */
export interface ProgramCounts {
  readonly program: ProgramSpec;
  /** By slot; the second slot of a wide instruction stays 0. */
  readonly runs: number[];
  /** By slot of a conditional jump: how often it jumped. */
  readonly jumped: number[];
}

/** A conditional jump and the two ways on. */
export interface Branch {
  readonly slot: number;
  readonly target: number;
}

/** The conditional jumps of a program, by slot. */
export function branchesOf(program: ProgramSpec): ReadonlyMap<number, Branch> {
  const branches = new Map<number, Branch>();
  for (const [slot, instruction] of decode(program.code).entries()) {
    const form = instruction && formOf(instruction);
    if (instruction === undefined || form?.kind !== "jump" || form.operation === "ja") continue;
    const target = targetOf(form, instruction, slot);
    if (target !== undefined) branches.set(slot, { slot, target });
  }
  return branches;
}

/** Slots that hold an instruction, ascending: all but the second half of wide ones. */
export function instructionSlots(program: ProgramSpec): readonly number[] {
  return decode(program.code).flatMap((instruction, slot) => (instruction === undefined ? [] : [slot]));
}

export function emptyCounts(program: ProgramSpec): ProgramCounts {
  const slots = program.code.length / SLOT_BYTES;
  return { program, runs: new Array(slots).fill(0), jumped: new Array(slots).fill(0) };
}

/** What is called with every slot before it runs, and counts. A jump is decided by where the next slot is. */
export function counter({ program, runs, jumped }: ProgramCounts): (slot: number) => void {
  const branches = branchesOf(program);
  let open: Branch | undefined;
  return (slot) => {
    if (open !== undefined && slot === open.target && slot !== open.slot + 1) jumped[open.slot]++;
    runs[slot]++;
    open = branches.get(slot);
  };
}

/** Adds the counts of the same code. */
export function addCounts(into: ProgramCounts, other: ProgramCounts): void {
  for (const [slot, count] of other.runs.entries()) into.runs[slot] += count;
  for (const [slot, count] of other.jumped.entries()) into.jumped[slot] += count;
}

/** Whether two programs are the same one: the same name and code. */
export function isSameProgram(a: ProgramSpec, b: ProgramSpec): boolean {
  return a.name === b.name && a.section === b.section && Buffer.compare(a.code, b.code) === 0;
}
