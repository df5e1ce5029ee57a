import { readFileSync } from "node:fs";
import { join } from "node:path";

/** The package's version. `src/cli` and `lib/cli` lie equally deep below its root. */
export function version(): string {
  const text = readFileSync(join(import.meta.dirname, "../../package.json"), "utf8");
  const manifest: unknown = JSON.parse(text);
  const found = typeof manifest === "object" && manifest !== null && "version" in manifest ? manifest.version : "";
  return String(found);
}
