// Random programs that the verifier accepts, compiled with its proofs of their accesses and interpreted: both must do
// the same.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));

/** Exit code 0 when all programs do the same in both. `only` repeats one seed. */
export async function main({ count, seed, only }) {
  const env = {
    ...process.env,
    WINBPF_FUZZ_SEED: String(only ?? seed),
    WINBPF_FUZZ_COUNT: String(only === undefined ? count : 1),
  };
  const args = ["vitest", "run", "test/simulated/proofs-random.test.ts"];
  const { status } = spawnSync("npx", args, { cwd: root, env, stdio: "inherit", shell: process.platform === "win32" });
  return status ?? 1;
}
