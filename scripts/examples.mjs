// Runs every example and fails on the first that does: examples are part of the documentation and must stay true.
import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { join, resolve } from "node:path";

const folder = resolve(import.meta.dirname, "../examples");
for (const name of readdirSync(folder)
  .filter((each) => each.endsWith(".mjs"))
  .sort()) {
  console.log(`--- examples/${name}`);
  const { status } = spawnSync(process.execPath, [join(folder, name)], { stdio: "inherit", timeout: 60_000 });
  if (status !== 0) {
    console.error(`examples/${name} failed`);
    process.exit(1);
  }
}
