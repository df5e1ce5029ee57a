import { existsSync } from "node:fs";
import { join, resolve } from "node:path";

/**
 * Path of a file or folder of the shared conformance data, or undefined where there is none. It is looked for in
 * `WINBPF_SHARED`, or else in `../shared` beside the project. With the variable set, absence is a failure.
 */
export function shared(path: string): string | undefined {
  const root = process.env["WINBPF_SHARED"];
  const found = join(root ?? resolve(import.meta.dirname, "../../shared"), path);
  if (existsSync(found)) return found;
  if (root !== undefined) throw new Error(`WINBPF_SHARED is set, but ${found} is not there`);
  console.log(`skipped: no shared conformance data (${path}); set WINBPF_SHARED to the folder that holds it`);
  return undefined;
}
