import { expect } from "vitest";
import { openRuntime, type Runtime } from "../../../src/index.ts";
import { double } from "./double.ts";

/** Gives a runtime on a double as new, closes it, and asks that nothing of it is left and that no rule was broken. */
export async function withRuntime(use: (runtime: Runtime) => unknown): Promise<void> {
  double?.reset();
  const runtime = openRuntime("windows");
  try {
    await use(runtime);
  } finally {
    runtime.close();
  }
  if (double !== undefined) expect([double.count("descriptors"), double.violations()]).toEqual([0, ""]);
}
