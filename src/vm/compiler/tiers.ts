import type { Executable } from "../executable.ts";
import { type Checks, Compiled, type Host } from "./compiled.ts";
import { type Gates, openGates } from "./gates.ts";
import { FAILED, LATE, REFUSED } from "./left.ts";
import type { CheckMode } from "./unit.ts";

/** What runs programs. `auto`: the interpreter first, compiled code for programs that run long enough to repay it. */
export type EngineName = "interpreter" | "compiled" | "auto";

/**
 * Instructions that a program must have executed before it is compiled: for each instruction that it has, about what
 * the interpreter executes in the time that compiling one takes, and a floor for the cost of a module as such. `npm run
 * bench -- vm` measures both and prints them as its break-even: 120 for each and 60,000 at best, where V8 is warm; 450 for
 * each in the median of a machine that has other work. The rest of the floor is for young processes.
 */
const BREAK_EVEN = { each: 250, floor: 250_000 };
/** How often a program is compiled anew when its checks turn out to span too much; then they are kept narrow. */
const MOST_ATTEMPTS = 6;

interface Entry {
  compiled: Compiled | undefined;
  /** Why there is no compiled code and will be none. */
  reason: string | undefined;
  executed: number;
  attempts: number;
}

/** Decides for each program of one machine whether it is interpreted or compiled, and keeps the code. */
export class Tiers {
  readonly #host: Host;
  readonly #engine: EngineName;
  readonly #mode: CheckMode;
  readonly #entries = new WeakMap<Executable, Entry>();
  #gates: Gates | undefined;
  /** What ran last, and its code: programs run many times in a row. */
  #last: Executable | undefined;
  #lastCode: Compiled | undefined;

  constructor(host: Host, engine: EngineName, mode: CheckMode) {
    this.#host = host;
    this.#engine = engine;
    this.#mode = mode;
  }

  /** Compiled code to run `executable` with, or undefined where the interpreter shall. */
  codeOf(executable: Executable): Compiled | undefined {
    if (this.#engine === "interpreter") return undefined;
    if (executable === this.#last && this.#lastCode?.isOutdated === false) return this.#lastCode;
    this.#last = executable;
    this.#lastCode = this.#choose(executable);
    return this.#lastCode;
  }

  #choose(executable: Executable): Compiled | undefined {
    const entry = this.#entryOf(executable);
    const { compiled } = entry;
    if (compiled !== undefined && !compiled.isOutdated) return compiled;
    if (entry.reason !== undefined || !this.#isWorthwhile(executable, entry)) return undefined;
    try {
      entry.attempts++;
      if (compiled === undefined) entry.compiled = new Compiled(this.#host, executable, this.#mode, this.#opened());
      else entry.compiled = compiled.again(entry.attempts > MOST_ATTEMPTS);
    } catch (error) {
      entry.compiled = undefined;
      entry.reason = error instanceof Error ? error.message : String(error);
    }
    return entry.compiled;
  }

  /** Gates to whatever compiled code is running: made when the first program is compiled. */
  #opened(): Gates {
    const { machine } = this.#host;
    this.#gates ??= openGates(machine.memory.wasm, {
      predict: (check, low, high, depth) => machine.compiled?.predict(check, low, high, depth) ?? REFUSED,
      // All of four parameters: for others V8 would make one more wrapper each.
      refuel: (left, least, _0, _1) => machine.compiled?.refuel(left, least) ?? LATE,
      helper: (site, depth, fuel, _0) => machine.compiled?.helper(site, depth, fuel) ?? FAILED,
    });
    return this.#gates;
  }

  /** Frees what compiled code of a program holds. */
  forget(executable: Executable): void {
    this.#entries.get(executable)?.compiled?.dispose();
    this.#entries.delete(executable);
    if (executable !== this.#last) return;
    this.#last = undefined;
    this.#lastCode = undefined;
  }

  /** Why a program is interpreted although compiled code was wanted; undefined where it is not. */
  reasonOf(executable: Executable): string | undefined {
    return this.#entries.get(executable)?.reason;
  }

  isCompiled(executable: Executable): boolean {
    return this.#entries.get(executable)?.compiled !== undefined;
  }

  /** What compiled code of a program checks; undefined where there is none. */
  checksOf(executable: Executable): Checks | undefined {
    return this.#entries.get(executable)?.compiled?.checks;
  }

  /** Tells that the interpreter executed so many instructions of a program. */
  count(executable: Executable, instructions: number): void {
    if (this.#engine === "auto") this.#entryOf(executable).executed += instructions;
  }

  #isWorthwhile(executable: Executable, { executed }: Entry): boolean {
    if (this.#engine === "compiled") return true;
    return executed >= BREAK_EVEN.floor + BREAK_EVEN.each * executable.instructions.length;
  }

  #entryOf(executable: Executable): Entry {
    let entry = this.#entries.get(executable);
    if (entry === undefined) {
      entry = { compiled: undefined, reason: undefined, executed: 0, attempts: 0 };
      this.#entries.set(executable, entry);
    }
    return entry;
  }
}
