import type { EbpfErrorCode } from "../errors.ts";
import type { ObjectSpec, ProgramSpec } from "../spec/index.ts";
import type { VerifyOptions } from "./options.ts";
import type { Report } from "./report/index.ts";

/** What a thread is started with: an object without its programs, and how to verify. */
export interface WorkerSetup {
  readonly object: ObjectSpec;
  /** Without a signal, which cannot cross threads. */
  readonly options: VerifyOptions;
}

/** One program to verify; `index` comes back with the answer. */
export interface WorkerTask {
  readonly index: number;
  readonly program: ProgramSpec;
}

export type WorkerAnswer =
  | { readonly index: number; readonly report: Report }
  | { readonly index: number; readonly code: EbpfErrorCode | undefined; readonly message: string };
