import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** The code of threads: beside what the package is bundled to. Whoever bundles it anew may have a `worker.js` of his own. */
export const WORKER = fileURLToPath(new URL("./verifier-thread.js", import.meta.url));

/** Only the compiled package has it, so that the sources run without threads. */
export function hasWorker(): boolean {
  return existsSync(WORKER);
}
