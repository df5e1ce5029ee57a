import { InvalidObjectError } from "../../src/errors.ts";

/** The refusal that `work` ends with; anything else is rethrown, and no refusal is a failure. */
export function refusal(work: () => unknown): InvalidObjectError {
  try {
    work();
  } catch (error) {
    if (error instanceof InvalidObjectError) return error;
    throw error;
  }
  throw new Error("nothing was refused");
}
