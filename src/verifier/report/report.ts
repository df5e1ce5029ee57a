import type { ProgramProof, SourceLine } from "../../spec/index.ts";
import type { DialectName } from "../dialect.ts";
import type { Stage } from "../stage.ts";

/** What kind of thing is wrong: a stable name. */
export type Category =
  | "arithmetic"
  | "bounds"
  | "budget"
  | "call"
  | "context"
  | "control-flow"
  | "decoding"
  | "division"
  | "initialization"
  | "leak"
  | "loop"
  | "map"
  | "null"
  | "stack"
  | "type";

/** One side of a conditional jump that the path takes. */
export interface PathStep {
  /** Slot of the jump. */
  readonly slot: number;
  /** What holds from there on, `r3 > r2`. */
  readonly condition: string;
  readonly source: SourceLine | undefined;
}

/** Where the verifier loses what would show that a program is safe. */
export interface LossOfProof {
  /** Slot of the instruction behind which it is lost. */
  readonly slot: number;
  readonly at: string;
  /** Undefined where it is lost because ways meet. */
  readonly instruction: string | undefined;
  readonly source: SourceLine | undefined;
  /** What the verifier knows behind that, and what is so. */
  readonly reason: string;
}

/** A program is refused, and what it is refused for cannot happen: that is proven in another way than the verifier's. */
export interface SafeAnyway {
  /** What is so, in a sentence without a full stop. */
  readonly reason: string;
  readonly loss: LossOfProof | undefined;
}

/** One thing that is wrong, and what to do about it. */
export interface Finding {
  readonly category: Category;
  /** What is wrong, in a sentence without a full stop. */
  readonly reason: string;
  /** What would make it pass, where there is something to say. */
  readonly suggestion: string | undefined;
  /** Slot of the instruction; undefined where none is to blame. */
  readonly slot: number | undefined;
  /** The node as reports write it: `12`, or `5/12` in a function called at 5. */
  readonly at: string | undefined;
  readonly instruction: string | undefined;
  readonly source: SourceLine | undefined;
  /** What is known of the registers that matter there. */
  readonly facts: readonly string[];
  /** The jumps on a way that leads there, from the start. */
  readonly path: readonly PathStep[];
  /** The verifier's own words: `Possible null access (valid_access(r0.offset, width=4) for read)`. */
  readonly message: string;
  /** Further places where the same thing is wrong in the same way. */
  readonly alsoAt: readonly string[];
  /** Only of the first finding, and only where there is a proof: what is objected to does not happen. */
  readonly safe: SafeAnyway | undefined;
}

export interface Statistics {
  /** Slots of the code. */
  readonly instructions: number;
  /** Nodes after inlining. */
  readonly nodes: number;
  /** Nodes analysed, each round of a loop counted. */
  readonly visits: number;
  readonly joins: number;
  /** Rounds of all loops. */
  readonly rounds: number;
  /** Upper bound of the rounds of any loop, where it is known to be finite. */
  readonly maxLoopCount: number | undefined;
  /** Instructions executed at most, where it is known to be finite. */
  readonly worstCaseInstructions: number | undefined;
  readonly milliseconds: { readonly prepare: number; readonly analyze: number };
}

/** What is known around one node, in the notation of PREVAIL's tests. */
export interface NodeInvariants {
  readonly at: string;
  readonly slot: number;
  readonly instruction: string;
  /** `["_|_"]` where control never comes. */
  readonly before: readonly string[];
  readonly after: readonly string[];
}

/** The verdict on one program, as data. */
export interface Report {
  readonly section: string;
  readonly program: string;
  readonly type: string;
  readonly dialect: DialectName;
  readonly verdict: "pass" | "fail";
  /** Where it was refused. */
  readonly stage: Stage | undefined;
  /** First error in the order of labels, in the verifier's own words. */
  readonly firstError: string | undefined;
  readonly errorAt: string | undefined;
  /** Errors found, cascades included. */
  readonly errorCount: number;
  /**
   * What Windows counts: the instructions that fail, those included that later rounds of a loop showed to be out of reach.
   * 0 where the program was refused without an analysis.
   */
  readonly warningCount: number;
  /** The root cause first. */
  readonly findings: readonly Finding[];
  /** What only a newer verifier objects to. */
  readonly warnings: readonly Finding[];
  /** What r0 may be at the end, `[0, 2]`; `_|_` where the end is never reached. */
  readonly exitValue: string | undefined;
  readonly statistics: Statistics;
  /**
   * What Windows' API says besides the verdict, in its words and unescaped, as much as `logLevel` asks for; at the level
   * `"normal"` empty where the program passes.
   */
  readonly log: string;
  /** Only where asked for. */
  readonly invariants: readonly NodeInvariants[] | undefined;
  /** Only where asked for, and where `latest` accepts the program as well: the older dialect's word is no proof. */
  readonly proof: ProgramProof | undefined;
}
