import type { Register } from "../ir/index.ts";
import { type Circumstances, nameOf } from "./circumstances.ts";
import { type Explanation, explain } from "./explanation.ts";

/** A register is used that holds nothing, or nothing any more. */
export function unwritten(register: Register, { loss, instruction }: Circumstances): Explanation {
  const name = nameOf(register, instruction);
  switch (loss.kind) {
    case "packet-moved":
      return explain(
        "initialization",
        `${name} pointed into the packet, and ${loss.name} has moved the packet since`,
        `load data and data_end from the context again after ${loss.name}, and compare them again`,
      );
    case "call": {
      const isCopy = loss.register !== register;
      const was = isCopy ? `${name} is a copy of r${loss.register}, which was set` : `${name} was set`;
      return explain(
        "initialization",
        `${was}, but the call of ${loss.name} has changed it since: calls keep only r6 to r9`,
        `set ${isCopy ? `r${loss.register}` : "it"} again after the call, or keep it in r6 to r9 or on the stack`,
      );
    }
    case "cut":
      return explain(
        "context",
        `${name} holds nothing that is known: ${loss.loaded} bits were loaded from the context's field ${loss.field}, which is a ` +
          `pointer of ${loss.whole} bits`,
        `load the field whole, as the pointer that it is; where the program was written for another platform, compile it with ` +
          "this one's headers: Linux' context fields have 32 bits, Windows' 64",
      );
    case "loaded":
      return explain(
        "initialization",
        `${name} is used, but the stack bytes that it was loaded from were not written on every way to here`,
        "give the variable a value where it is declared",
      );
    case "never":
      return explain(
        "initialization",
        `${name} is used, but it was not written on every way to here`,
        "give the variable that it holds a value where it is declared",
      );
  }
}
