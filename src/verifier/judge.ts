import type { ObjectSpec, ProgramSpec } from "../spec/index.ts";
import type { Judgement } from "./judgement-on.ts";
import type { VerifyOptions } from "./options.ts";
import { placed } from "./placed.ts";

/**
 * Decides as `verify` does, in one dialect and without explaining: what ebpf-for-windows' service does with a program
 * that is to be loaded. Throws as `verify` does.
 */
export async function judge(object: ObjectSpec, program: ProgramSpec, options: VerifyOptions = {}): Promise<Judgement> {
  return await placed("judgement", object, program, options);
}
