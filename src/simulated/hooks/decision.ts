import type { EbpfError } from "../../errors.ts";
import type { HookRun } from "./run.ts";

/** What socket programs decide (`ebpf_sock_addr_verdict_t` without its prefix). A hard permit outweighs later filters. */
export type Verdict = "REJECT" | "PROCEED_SOFT" | "PROCEED_HARD";

const byNumber: readonly Verdict[] = ["REJECT", "PROCEED_SOFT", "PROCEED_HARD"];
const priorities: Readonly<Record<Verdict, number>> = { REJECT: 3, PROCEED_HARD: 2, PROCEED_SOFT: 1 };

/** The verdict that a program's result stands for: what is none of the three rejects (include/ebpf_nethooks.h). */
export function verdictOf(value: number): Verdict {
  return byNumber[value] ?? "REJECT";
}

/** The stronger of two verdicts: REJECT, then HARD, then SOFT; undefined stands for none yet. */
export function stronger(a: Verdict | undefined, b: Verdict): Verdict {
  return a === undefined || priorities[b] > priorities[a] ? b : a;
}

/** What the hooks of one operation have said so far: the strongest verdict, and whose it is. */
export class Decision {
  readonly runs: HookRun[] = [];
  #verdict: Verdict = "PROCEED_SOFT";
  #run: HookRun | undefined;

  get verdict(): Verdict {
    return this.#verdict;
  }

  get allowed(): boolean {
    return this.#verdict !== "REJECT";
  }

  /** Name of the program that decided; undefined where none had a say. */
  get by(): string | undefined {
    return this.#run?.program;
  }

  /** Section prefix of the hook that `by` ran on. */
  get hook(): string | undefined {
    return this.#run?.hook;
  }

  /** Why the deciding program failed. */
  get error(): EbpfError | undefined {
    return this.#run?.error;
  }

  /** Takes a verdict in; it is `run`'s if it is the first or stronger than what was. */
  take(verdict: Verdict, run: HookRun): void {
    if (this.#run === undefined || priorities[verdict] > priorities[this.#verdict]) this.#run = run;
    this.#verdict = stronger(this.#verdict, verdict);
  }

  /** Takes in what a stage before has said: its runs, and `verdict` as what is left of its own. */
  adopt(stage: Decision, verdict = stage.verdict): void {
    this.runs.push(...stage.runs);
    if (stage.#run !== undefined) this.take(verdict, stage.#run);
  }

  /** Names `run` as what decided, unless something stronger than a soft permit is there. */
  attribute(run: HookRun): void {
    if (this.#verdict === "PROCEED_SOFT") this.#run = run;
  }

  /** A program could not run to its end where that blocks. */
  fail(run: HookRun): void {
    this.#run = run;
    this.#verdict = "REJECT";
  }
}
