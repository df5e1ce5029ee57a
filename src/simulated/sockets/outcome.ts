import type { EbpfError } from "../../errors.ts";
import type { Decision, Verdict } from "../hooks/decision.ts";
import type { HookRun } from "../hooks/run.ts";
import type { Socket } from "./socket.ts";

/** What the hooks of one operation answered. */
export interface HookAnswer {
  /** What came of it all: hard permits outweigh soft ones, rejections outweigh both. */
  readonly verdict: Verdict;
  /**
   * Name of the program that decided: the one that blocked, failed or redirected, or else the first to give the
   * verdict. Undefined where no program had a say.
   */
  readonly by: string | undefined;
  /** Hook that `by` ran on, by section prefix: `"cgroup/connect4"`. */
  readonly hook: string | undefined;
  /** Every program that ran, in order. */
  readonly runs: readonly HookRun[];
  /** Why the program that decided failed to run, where it did: such failures block. */
  readonly error?: EbpfError;
}

/** An operation that was blocked: there is no socket. */
export interface Blocked extends HookAnswer {
  readonly allowed: false;
  readonly socket?: undefined;
}

/** An operation that was let through. */
export interface Permitted extends HookAnswer {
  readonly allowed: true;
  readonly socket: Socket;
}

/** What became of a port that was to be bound, of a socket that was to listen, of a peer's attempt to connect. */
export type SocketOutcome = Permitted | Blocked;

/** What became of an attempt to connect. */
export type ConnectOutcome =
  | (Permitted & {
      /** Where the connection went instead, `"10.0.0.1:443"`; absent where it was not redirected. */
      readonly redirectedTo?: string;
      /** The other end, where that is on this machine too. */
      readonly peer?: Socket;
    })
  | Blocked;

/** The answer that a decision amounts to. */
export function answerOf(decision: Decision): HookAnswer {
  const { verdict, by, hook, runs, error } = decision;
  return { verdict, by, hook, runs, ...(error === undefined ? {} : { error }) };
}
