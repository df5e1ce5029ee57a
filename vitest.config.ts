import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";

export default defineConfig({
  // Vitest leaves a processor alone, which is half of a small machine.
  test: { include: ["test/**/*.test.ts"], testTimeout: 60_000, maxWorkers: availableParallelism() },
});
