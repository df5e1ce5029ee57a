import { type ObjectFault, type ObjectSpec, type ProgramSpec, slotOfFault } from "../spec/index.ts";
import type { EarlyRefusal } from "./early-refusal.ts";

const described = ({ message, section, offset }: ObjectFault): string =>
  `${message} (section ${JSON.stringify(section)}, offset 0x${offset.toString(16)})`;

/**
 * The refusal of a file that asks for what cannot be done, undefined for others. PREVAIL refuses all programs of such a file
 * in the words for the first fault; the place is that of the program's own fault, where it has one.
 */
export function refusedForFaults({ faults = [] }: ObjectSpec, program: ProgramSpec): EarlyRefusal | undefined {
  const [first] = faults;
  if (first === undefined) return undefined;
  const own = faults.find((fault) => slotOfFault(program, fault) !== undefined);
  const slot = own === undefined ? undefined : slotOfFault(program, own);
  return { stage: "load", message: first.verdict, slot, reason: described(own ?? first) };
}
