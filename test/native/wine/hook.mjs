// Loaded before the tests: lets `import … from "vitest"` find the small stand-in beside this file.
import { registerHooks } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const standIn = pathToFileURL(join(import.meta.dirname, "vitest.mjs")).href;
registerHooks({
  resolve: (specifier, context, next) =>
    specifier === "vitest" ? { url: standIn, shortCircuit: true } : next(specifier, context),
});
