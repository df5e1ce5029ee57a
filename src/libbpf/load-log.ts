import type { VerifierError } from "../verifier/index.ts";

/** What a refused load leaves in its log: the service's text is the API's without the word in front. */
export function loadLog(error: VerifierError): string {
  return error.report.log.replace(/^error: /, "");
}
