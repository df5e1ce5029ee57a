// What the verifier proves of the programs of the bench, where it accepts them: as programs of a type whose context is
// the input. Loops need not end.
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { parse, verify } from "../lib/index.js";
import { INPUT } from "./vm-programs.mjs";

const input = { name: "bench", context: { size: INPUT, data: -1, end: -1, meta: -1 } };

/** The proved accesses of `programs/NAME.o`; undefined where the verifier refuses it. `isPacket`: an XDP program. */
export async function accessesProvedOf(name, isPacket = false) {
  const object = parse(readFileSync(resolve(import.meta.dirname, "programs", `${name}.o`)));
  const [program] = object.programs;
  const own = isPacket ? {} : { type: input.name, programTypes: [input], checkTermination: false };
  const { proof } = await verify(object, program, { ...own, proof: true });
  return proof?.accesses;
}
