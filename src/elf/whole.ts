import { InvalidObjectError } from "../errors.ts";
import { type ObjectFault, type ObjectSpec, slotOfFault } from "../spec/index.ts";
import { quote } from "./span.ts";

/** The program, and the C line where it is known, that a fault lies in; empty where it lies in none. */
function placeOf({ programs, subprograms }: ObjectSpec, fault: ObjectFault): string {
  for (const program of [...programs, ...subprograms]) {
    const slot = slotOfFault(program, fault);
    if (slot === undefined) continue;
    const line = program.lines.findLast((each) => each.slot <= slot);
    const source = line === undefined ? "" : ` at ${quote(line.file)}:${line.line}`;
    return `, in program ${quote(program.name)}${source}`;
  }
  return "";
}

/** Refuses an object that cannot have what it asks for: `parse` reads it to be looked at, nothing loads it. */
export function assertWhole(spec: ObjectSpec): void {
  const [fault] = spec.faults ?? [];
  if (fault === undefined) return;
  throw new InvalidObjectError(`${fault.message}${placeOf(spec, fault)}`, fault, {
    hint: "`winbpf verify` says what to change.",
  });
}
