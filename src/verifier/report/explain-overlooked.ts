import type { ProgramSpec } from "../../spec/index.ts";
import type { Work } from "../../turns/index.ts";
import type { CompletedRun } from "../analysis.ts";
import { type Interval, isBounded } from "../domain/index.ts";
import { printInstruction } from "../ir/index.ts";
import type { Region, Shown } from "../paths/index.ts";
import { stackAddress } from "./accessed-range.ts";
import { type LossOfBound, lossOfBound } from "./loss-of-bound.ts";
import type { Overlooked } from "./overlooked.ts";
import type { Finding, SafeAnyway } from "./report.ts";
import { sourceAt } from "./source-line.ts";

function rangeText({ lower, upper }: Interval): string {
  if (!isBounded(upper) || upper >= 2 ** 63) return isBounded(lower) && lower > 0 ? `${lower} or more` : "any number";
  return lower === upper ? `${upper}` : `${isBounded(lower) ? lower : "any number"} to ${upper}`;
}

function bounds(shown: readonly (Shown | "holds" | undefined)[]): readonly [bigint, bigint] | undefined {
  const numbers = shown.flatMap((each) => (each === undefined || each === "holds" ? [] : [each]));
  const [first] = numbers;
  if (first === undefined) return undefined;
  return numbers.reduce(
    ([min, max], each) => [each.min < min ? each.min : min, each.max > max ? each.max : max],
    [first.min, first.max],
  );
}

const REGIONS: Readonly<Record<Region["kind"], string>> = {
  context: "byte N of the context",
  packet: "byte N of the packet",
  stack: "N",
  value: "byte N of the map value",
};

const rangeWords = (min: bigint | string, max: bigint | string): string =>
  min === max ? `${min}` : `${min} to ${max}`;

/** Where an access begins, on every path. */
function startText(
  { error, proof, program }: Overlooked,
  [min, max]: readonly [bigint, bigint],
  run: CompletedRun,
): string | undefined {
  const { assertion } = error;
  const [path] = proof.paths;
  if (assertion.kind !== "valid-access" || path === undefined) return undefined;
  const pointer = path.place.state.get(assertion.register);
  if (pointer.kind !== "pointer") return undefined;
  const { kind } = pointer.region;
  if (kind !== "stack") return REGIONS[kind].replace("N", rangeWords(min, max));
  const state = run.iteration.statesAt(error.node).before;
  if (state === undefined || program.graph.frames.length > 1) return undefined;
  return rangeWords(stackAddress(state, Number(min)), stackAddress(state, Number(max)));
}

/** What is so at the place of the error, in words. */
function truth(found: Overlooked, run: CompletedRun): string {
  const { error, proof } = found;
  const { assertion } = error;
  const ways = "on every way that leads here";
  if (assertion.kind === "bounded-loop-count") {
    return `this loop ends: it goes round ${proof.rounds} times at most`;
  }
  const register = "register" in assertion ? `r${assertion.register}` : "it";
  const range = bounds(proof.paths.map(({ shown }) => shown[0]));
  if (range === undefined) return `this is safe: ${register} is a pointer ${ways}`;
  const start = startText(found, range, run);
  if (assertion.kind !== "valid-access") return `this is safe: ${register} is ${rangeWords(...range)} ${ways}`;
  return start === undefined ? `this is safe ${ways}` : `this is safe: the access begins at ${start} ${ways}`;
}

function lossText({ kind, register, known, actual, check }: LossOfBound, checkedAt: string): string {
  if (kind === "joined")
    return "where ways meet, the verifier keeps one range for all of them, and forgets which belong together";
  const name = `r${register}`;
  const knows = known === undefined ? "" : `the verifier takes ${name} for ${rangeText(known)}`;
  const is = actual === undefined ? "" : `${name} is ${rangeText(actual)}`;
  return kind === "checked" && check !== undefined
    ? `the check ${checkedAt} bounds what ${name} was made from here, and the verifier does not see that it bounds ${name}: ${is}`
    : `behind it ${knows}; in fact ${is}`;
}

/** What a proof says to people: that it is safe, and where the verifier loses what shows it. */
export function* explainOverlooked(overlooked: Overlooked, run: CompletedRun, source: ProgramSpec): Work<SafeAnyway> {
  const { graph } = run.program;
  const loss = yield* lossOfBound(overlooked, run.iteration);
  const truthText = truth(overlooked, run);
  if (loss === undefined) return { reason: truthText, loss: undefined };
  const line = loss.check === undefined ? undefined : sourceAt(source, graph.slotOf(loss.check));
  const checkedAt =
    loss.check === undefined
      ? ""
      : `at instruction ${graph.slotOf(loss.check)}${line === undefined ? "" : ` (line ${line.line})`}`;
  const slot = graph.slotOf(loss.node);
  return {
    reason: truthText,
    loss: {
      slot,
      at: graph.label(loss.node),
      instruction: loss.kind === "joined" ? undefined : printInstruction(graph.instruction(loss.node)),
      source: sourceAt(source, slot),
      reason: lossText(loss, checkedAt),
    },
  };
}

/** What would make a safe program pass: compilers see that it is safe, and take checks out that only verifiers need. */
export function safeSuggestion({ category, suggestion }: Finding): string | undefined {
  if (suggestion === undefined || category === "loop") return suggestion;
  return `${suggestion}; put asm volatile("" : "+r"(it)) before the check, or the compiler may take it out, as it is safe`;
}
