import type { FunctionSpec, ProgramSpec } from "../../spec/index.ts";
import type { IrInstruction } from "../ir/index.ts";

/** Functions that call one another, the caller first. */
export interface CallChain {
  readonly names: readonly string[];
  /** Where it comes back to a function that is in it already: the index of that one. */
  readonly recursesTo: number | undefined;
}

interface Link {
  readonly function: FunctionSpec;
  readonly caller: Link | undefined;
  readonly depth: number;
}

function nested(link: Link): FunctionSpec[] {
  const chain: FunctionSpec[] = [];
  for (let at: Link | undefined = link; at !== undefined; at = at.caller) chain.push(at.function);
  return chain.reverse();
}

/** By slot, the function that it belongs to. */
function owners(functions: readonly FunctionSpec[], slots: number): readonly (FunctionSpec | undefined)[] {
  const owner = new Array<FunctionSpec | undefined>(slots).fill(undefined);
  for (const one of functions) owner.fill(one, one.start, one.end);
  return owner;
}

/** The first way in which a program's functions nest deeper than that many frames; none where they do not. */
export function deepCalls(
  { functions }: ProgramSpec,
  decoded: readonly (IrInstruction | undefined)[],
  frames: number,
): CallChain | undefined {
  const owner = owners(functions, decoded.length);
  const callees = new Map<FunctionSpec, Set<FunctionSpec>>();
  for (const [slot, instruction] of decoded.entries()) {
    if (instruction?.kind !== "call-local") continue;
    const [caller, callee] = [owner[slot], owner[instruction.target]];
    if (caller === undefined || callee === undefined) continue;
    const known = callees.get(caller) ?? new Set();
    callees.set(caller, known.add(callee));
  }
  const [entry] = functions;
  const deepest = new Map<FunctionSpec, number>();
  const work: Link[] = entry === undefined ? [] : [{ function: entry, caller: undefined, depth: 1 }];
  for (let link = work.pop(); link !== undefined; link = work.pop()) {
    const chain = nested(link);
    const seen = chain.indexOf(link.function);
    const names = chain.map(({ name }) => name);
    if (seen < chain.length - 1) return { names, recursesTo: seen };
    if (link.depth > frames) return { names, recursesTo: undefined };
    // Once looked into as deeply as now, a function has nothing new to show.
    if ((deepest.get(link.function) ?? 0) >= link.depth) continue;
    deepest.set(link.function, link.depth);
    for (const callee of callees.get(link.function) ?? []) {
      work.push({ function: callee, caller: link, depth: link.depth + 1 });
    }
  }
  return undefined;
}
