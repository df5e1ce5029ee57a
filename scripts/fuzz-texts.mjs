// Random programs before our verifier and before PREVAIL itself, with the texts that Windows' API makes of each verdict:
// they must agree to the letter. PREVAIL_PIN names the judge (docs/verifier.md).
import { main as judgeVerdicts } from "./fuzz-verdicts.mjs";

/** Only the version that Windows ships is asked: the newer one prints other texts. */
export const main = async (options) => await judgeVerdicts({ ...options, dialect: "windows-1.6" }, true);
