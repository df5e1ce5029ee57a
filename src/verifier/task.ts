import { EbpfError, type EbpfErrorCode, type NativeResult } from "../errors.ts";
import type { ObjectSpec, ProgramSpec } from "../spec/index.ts";
import type { InnerOptions } from "./inner-options.ts";
import { type Judgement, judgementOn } from "./judgement-on.ts";
import type { VerifyOptions } from "./options.ts";
import type { Report } from "./report/index.ts";
import { reportOn } from "./report-on.ts";

/** What can be asked about a program. */
export interface Answers {
  readonly report: Report;
  readonly judgement: Judgement;
}

type Answering<T> = (object: ObjectSpec, program: ProgramSpec, options: InnerOptions) => Promise<T>;

/** How each is answered, in the thread that asks. */
export const ANSWERING: { readonly [Kind in keyof Answers]: Answering<Answers[Kind]> } = {
  report: reportOn,
  judgement: judgementOn,
};

/** A question to a thread. */
export interface Task<Kind extends keyof Answers = keyof Answers> {
  readonly kind: Kind;
  /** Only what verifiers read of it. */
  readonly object: ObjectSpec;
  readonly program: ProgramSpec;
  /** Without a signal, which cannot cross threads. */
  readonly options: VerifyOptions;
}

/** An error as it crosses threads. */
export interface FailureData {
  /** Undefined of what is not thrown on purpose. */
  readonly code: EbpfErrorCode | undefined;
  readonly message: string;
  readonly hint: string | undefined;
  readonly native: NativeResult | undefined;
  readonly cause: string | undefined;
  readonly stack: string | undefined;
}

export type Answer<T> = { readonly value: T } | { readonly failure: FailureData };

function textOf(cause: unknown): string | undefined {
  if (cause === undefined) return undefined;
  return cause instanceof Error ? cause.message : String(cause);
}

export function failureData(error: unknown): FailureData {
  const { message, stack, cause } = error instanceof Error ? error : new Error(String(error));
  const own = error instanceof EbpfError ? error : undefined;
  return { code: own?.code, message, hint: own?.hint, native: own?.native, cause: textOf(cause), stack };
}

/** The error that was thrown in another thread; of what was not on purpose the stack is the one of that thread. */
export function failureOf({ code, message, hint, native, cause, stack }: FailureData): Error {
  const origin = cause === undefined ? {} : { cause: new Error(cause) };
  if (code !== undefined) {
    return new EbpfError(code, message, { ...origin, ...(hint && { hint }), ...(native && { native }) });
  }
  const error = new Error(message, origin);
  if (stack !== undefined) error.stack = stack;
  return error;
}
