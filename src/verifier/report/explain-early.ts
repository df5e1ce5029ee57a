import { programTypes } from "../../platform/index.ts";
import type { ProgramSpec } from "../../spec/index.ts";
import type { EarlyRefusal } from "../early-refusal.ts";
import type { IrInstruction } from "../ir/index.ts";
import { deepCalls } from "./call-chain.ts";
import { CALL_DIRECTLY, type Explanation, explain } from "./explanation.ts";
import { linuxHelperAdvice } from "./linux-helper.ts";

/** What an explanation of a refusal before the analysis may look at. */
export interface EarlyCircumstances {
  readonly source: ProgramSpec;
  readonly decoded: readonly (IrInstruction | undefined)[];
  readonly maxCallStackFrames: number;
}

type Explainer = (refusal: EarlyRefusal, circumstances: EarlyCircumstances) => Explanation;

/** Number of the first helper that belongs to a program type on Windows (include/ebpf_program_types.h). */
const FIRST_SPECIFIC = 0x10000;

/** Number of the helper that the instruction calls, if it calls one. */
function helperAt({ slot }: EarlyRefusal, { decoded }: EarlyCircumstances): number | undefined {
  const instruction = slot === undefined ? undefined : decoded[slot];
  return instruction?.kind === "call" ? instruction.id : undefined;
}

function noHelper(refusal: EarlyRefusal, circumstances: EarlyCircumstances): Explanation {
  const helper = helperAt(refusal, circumstances);
  const reason = `programs of this type have no helper ${helper ?? "of this number"}`;
  if (helper !== undefined && helper >= FIRST_SPECIFIC) {
    const advice =
      "call helpers of the program's own type only: numbers from 65536 on belong to one type each on Windows";
    return explain("call", reason, advice);
  }
  // These are the words of Windows' tables.
  const isWindows = refusal.message.includes("helper prototype not found");
  const linux = isWindows && helper !== undefined ? linuxHelperAdvice(helper) : undefined;
  const advice =
    "check the helper's number against the platform's header (Windows and Linux number them differently), and whether it is " +
    "there for this program type";
  return explain("call", reason, linux ?? advice);
}

const GROUP_ADVICE: Readonly<Record<string, string>> = {
  packet: "read the packet through the context's data pointer: legacy packet loads are not supported",
  callx:
    "call functions by their names, in a switch or an if where it has to be decided: there are no calls through pointers",
};

function tooDeep(_refusal: EarlyRefusal, { source, decoded, maxCallStackFrames }: EarlyCircumstances): Explanation {
  const chain = deepCalls(source, decoded, maxCallStackFrames);
  const loop = "replace the recursion by a loop with a constant bound";
  if (chain === undefined) {
    return explain(
      "call",
      `functions call each other more than ${maxCallStackFrames} deep, or one of them calls itself`,
      `make some of them __always_inline, or ${loop}`,
    );
  }
  const { names, recursesTo } = chain;
  if (recursesTo === undefined) {
    const reason = `functions call each other more than ${maxCallStackFrames} deep: ${names.join(" → ")}`;
    return explain("call", reason, "make some of them __always_inline, or call less deeply");
  }
  const [first, ...through] = names.slice(recursesTo, -1);
  const way = through.length === 0 ? "" : ` through ${through.join(" and ")}`;
  return explain("call", `${first} calls itself${way}`, loop);
}

/** A section of each of Windows' program types, as C has it: `SEC("xdp")`. */
function sections(): string {
  return programTypes
    .flatMap(({ sectionPrefixes: [first] }) => (first === undefined ? [] : [`SEC("${first}")`]))
    .join(", ");
}

/** Functions that the source never names: compilers make calls of them. */
const BUILTINS = new Set(["memset", "memcpy", "memmove", "memcmp"]);

function unresolved({ slot }: EarlyRefusal, { source }: EarlyCircumstances): Explanation {
  const reference = source.references.find((each) => each.slot === slot);
  if (reference?.kind === "function") {
    return explain("call", "the program takes the address of a function", CALL_DIRECTLY);
  }
  const name = reference !== undefined && "name" in reference ? reference.name : undefined;
  if (name === undefined) {
    return explain(
      "call",
      "the program calls a function that neither the object nor the platform has",
      "define it, make it static inline, or call a helper; avoid code for which the compiler calls memset or memcpy",
    );
  }
  const reason = `the program calls ${name}, which neither the object nor the platform has`;
  if (reference?.kind === "kernel-function") {
    return explain(
      "call",
      reason,
      "call a helper instead: Windows has no kernel functions to call, and of Linux' the verifier knows some only",
    );
  }
  if (BUILTINS.has(name)) {
    const advice =
      `the compiler makes such calls of large copies and initialisations: call the helper (bpf_memcpy_s, bpf_memset, …), keep sizes ` +
      `constant and small, or use __builtin_${name}`;
    return explain("call", reason, advice);
  }
  return explain("call", reason, `define ${name} in this object, as static inline in a header, or call a helper`);
}

const CORE_ADVICE =
  "CO-RE is resolved against the object's own types here: declare what is read, arrays with as many elements as that takes, or " +
  "read it without __builtin_preserve_access_index (libbpf takes any element of an array without a length)";

/** Refusals that need no analysis, by what the verifier says, first match. */
const ROWS: readonly (readonly [RegExp, Explainer])[] = [
  [/^Unsupported or invalid CO-RE/, ({ message, reason = message }) => explain("decoding", reason, CORE_ADVICE)],
  [
    /^Legacy map symbol|BTF map metadata/,
    ({ message, reason = message }) =>
      explain("map", reason, "give the struct that stands for the maps inside a max_entries; libbpf does without"),
  ],
  [/helper function is unavailable|helper prototype not found|helper ID is negative/, noHelper],
  [
    /requires conformance group (\w+)/,
    ({ message }) => {
      const group = /group (\w+)/.exec(message)?.[1] ?? "";
      const advice = GROUP_ADVICE[group] ?? "compile for a processor version without these instructions (-mcpu)";
      return explain("decoding", `the platform has no instructions of group ${group}`, advice);
    },
  ],
  [/too many call stack frames/, tooDeep],
  [
    /illegal recursion/,
    () => explain("call", "a function calls itself", "replace the recursion by a loop with a constant bound"),
  ],
  [
    /Label \S+ already exists/,
    () =>
      explain(
        "control-flow",
        "a function jumps into the code of others, by two ways",
        "make what functions share a function of its own, and call it",
      ),
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
        `name the section after one of Windows' types (${sections()}), or say the type by name; an object for Linux is verified ` +
          "with --platform linux",
      ),
  ],
  [/Unresolved symbols/, unresolved],
  [
    // A map of maps without a template has -1 for its descriptor.
    /map_fd -1 not found/,
    () =>
      explain(
        "map",
        "a map of maps is looked into that does not say what the maps inside are",
        "declare what is inside, __array(values, struct inner_map); if it is to be no map of maps, compile with the headers for " +
          "Windows (winbpf headers): Linux numbers map types differently",
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
    ({ message }) => {
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
  load: ({ message }) => explain("decoding", message, "compile the program anew for -target bpf"),
  decode: ({ message }) =>
    explain("decoding", `this is no instruction: ${message}`, "compile for -target bpf, and do not edit the code"),
  analyze: ({ message }) =>
    explain(
      "control-flow",
      `the verifier gives up with an internal error (${message})`,
      "it cannot subtract the constant -2147483648 (0x80000000): add or subtract in smaller steps, or keep the constant in a " +
        "64-bit variable",
    ),
  cfg: ({ message }) =>
    explain("control-flow", message, "compile the program anew, and have nothing change the code behind the compiler"),
  budget: ({ message }) =>
    explain(
      "budget",
      message,
      "make the program smaller or its loops simpler, or give a larger budget; nested loops over variable ranges cost most",
    ),
};

/** What a refusal before the analysis means for people. */
export function explainEarly(refusal: EarlyRefusal, circumstances: EarlyCircumstances): Explanation {
  const row = ROWS.find(([pattern]) => pattern.test(refusal.message));
  return (row?.[1] ?? BY_STAGE[refusal.stage])(refusal, circumstances);
}
