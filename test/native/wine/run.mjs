// Runs test files in this Node.js with the stand-in for vitest, and writes what came of it as a last line:
// "N passed, N failed, N skipped".
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { runCollected } from "./vitest.mjs";

for (const file of process.argv.slice(2)) await import(pathToFileURL(resolve(file)).href);
const { passed, failed, skipped } = await runCollected((line) => console.log(line));
console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`);
// A file of which everything is left out says so, and is no failure; one that has no tests is.
process.exitCode = failed === 0 && passed + skipped > 0 ? 0 : 1;
