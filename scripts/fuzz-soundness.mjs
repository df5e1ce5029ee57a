// Random programs through the verifier, and what it accepts through the checked interpreter: none may fault.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));

/** Exit code 0 when no accepted program faulted. `only` repeats one seed. */
export async function main({ count, seed, only }) {
  const env = {
    ...process.env,
    WINBPF_FUZZ_SEED: String(only ?? seed),
    WINBPF_FUZZ_COUNT: String(only === undefined ? count : 1),
  };
  const args = ["vitest", "run", "test/verifier/soundness.test.ts"];
  const { status } = spawnSync("npx", args, { cwd: root, env, stdio: "inherit", shell: process.platform === "win32" });
  return status ?? 1;
}
