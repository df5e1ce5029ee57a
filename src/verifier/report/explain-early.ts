import type { EarlyRefusal } from "../analysis.ts";
import { type Explanation, explain } from "./explanation.ts";

type Explainer = (message: string, helper: number | undefined) => Explanation;

/** Number of the first helper that belongs to a program type on Windows (include/ebpf_program_types.h). */
const FIRST_SPECIFIC = 0x10000;

/** Refusals that need no analysis, by what the verifier says, first match. */
const ROWS: readonly (readonly [RegExp, Explainer])[] = [
  [
    /helper function is unavailable|helper prototype not found|helper ID is negative/,
    (_message, helper) =>
      explain(
        "call",
        `programs of this type have no helper ${helper ?? "of this number"}`,
        helper !== undefined && helper >= FIRST_SPECIFIC
          ? "call helpers of the program's own type only: numbers from 65536 on belong to one type each on Windows"
          : "check the helper's number against the platform's header (Windows and Linux number them differently), and " +
              "whether it is there for this program type",
      ),
  ],
  [
    /requires conformance group (\w+)/,
    (message) => {
      const group = /group (\w+)/.exec(message)?.[1] ?? "";
      const advice =
        group === "packet"
          ? "read the packet through the context's data pointer: legacy packet loads are not supported"
          : "compile for a processor version without these instructions (-mcpu)";
      return explain("decoding", `the platform has no instructions of group ${group}`, advice);
    },
  ],
  [
    /too many call stack frames/,
    () =>
      explain(
        "call",
        "functions call each other more than 8 deep, or one of them calls itself",
        "make some of them __always_inline, or replace recursion by a loop with a constant bound",
      ),
  ],
  [
    /illegal recursion/,
    () => explain("call", "a function calls itself", "replace the recursion by a loop with a constant bound"),
  ],
  [
    /tail call chain/,
    () =>
      explain("call", "one path makes more than 33 tail calls", "a tail call ends the program: make one on each path"),
  ],
  [
    /fallthrough in last instruction/,
    () => explain("control-flow", "control runs off the end of the code", "end every function with a return"),
  ],
  [
    /jump (to undefined label|to middle of lddw|out of bounds)/,
    () =>
      explain(
        "control-flow",
        "a jump does not lead to an instruction of this program",
        "end every way with a return: one that ends in __builtin_unreachable(), or in a function that is said not to return, " +
          "runs off the end of the code",
      ),
  ],
  [/kfunc/, () => explain("call", "this kernel function cannot be called here", "use a helper that the platform has")],
  [
    /Unspecified program type/,
    () =>
      explain(
        "type",
        "the section's name stands for no program type",
        'name the section after one, as in SEC("xdp") or SEC("bind"), or say the type by name',
      ),
  ],
  [
    /Unresolved symbols/,
    () =>
      explain(
        "call",
        "the program calls a function that neither the object nor the platform has",
        "define it, make it static inline, or call a helper; avoid code for which the compiler calls memset or memcpy",
      ),
  ],
  [
    /invalid map index|map_fd -?\d+ not found/,
    () =>
      explain(
        "map",
        "the code refers to a map that the object does not have",
        'declare the map in this object, in SEC(".maps"), and name it in the code as &my_map',
      ),
  ],
  [
    /Pointer argument not followed by/,
    (message) => {
      const name = message.split(": ").at(-1)?.replace(/ .*$/, "") ?? "this helper";
      return explain(
        "call",
        `calls of ${name} cannot be checked: it takes a pointer without saying how much memory it points to`,
        `do without ${name}, or have another program type's helper do it: no argument of yours makes this call pass`,
      );
    },
  ],
];

const BY_STAGE: Readonly<Record<EarlyRefusal["stage"], Explainer>> = {
  load: (message) => explain("decoding", message, "compile the program anew for -target bpf"),
  decode: (message) =>
    explain("decoding", `this is no instruction: ${message}`, "compile for -target bpf, and do not edit the code"),
  analyze: (message) =>
    explain(
      "control-flow",
      `the verifier gives up with an internal error (${message})`,
      "it cannot subtract the constant -2147483648 (0x80000000): add or subtract in smaller steps, or keep the constant in a " +
        "64-bit variable",
    ),
  cfg: (message) =>
    explain("control-flow", message, "compile the program anew, and have nothing change the code behind the compiler"),
  budget: (message) =>
    explain(
      "budget",
      message,
      "make the program smaller or its loops simpler, or give a larger budget; nested loops over variable ranges cost most",
    ),
};

/** `helper`: number of the helper that the instruction calls, if it calls one. */
export function explainEarly(refusal: EarlyRefusal, helper: number | undefined): Explanation {
  const row = ROWS.find(([pattern]) => pattern.test(refusal.message));
  return (row?.[1] ?? BY_STAGE[refusal.stage])(refusal.message, helper);
}
