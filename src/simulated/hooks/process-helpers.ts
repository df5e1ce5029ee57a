import { type HelperDefinition, returnInt, sizeArgument } from "../helpers/helper.ts";
import type { ProcessTexts } from "../invocation.ts";

/** Writes a text of the process into r2 (r3 bytes): its bytes, 0 where it does not fit or is not known. */
const text = (id: number, which: keyof ProcessTexts): HelperDefinition => ({
  id,
  make: (kernel) => (machine) => {
    const size = sizeArgument(machine, 3);
    const into = machine.access(2, size, true);
    const bytes = kernel.invocation.texts?.[which];
    if (bytes === undefined || bytes.length > size) return returnInt(machine, 0);
    kernel.memory.bytes.set(bytes, into);
    returnInt(machine, bytes.length);
  },
});

/** Helpers of process programs (facts: helpers.md §3): UTF-16 without a terminator. */
export const processHelpers: readonly HelperDefinition[] = [
  text(65536, "image"),
  text(65537, "account"),
  text(65538, "domain"),
];
