// Runs the README's script and every example, and fails on the first that does: examples are part of the documentation and must stay true.
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";

const root = resolve(import.meta.dirname, "..");
const folder = join(root, "examples");
const [, script] = /```js\n([\s\S]*?)```/.exec(readFileSync(join(root, "README.md"), "utf8"));
run("README.md", ["--input-type=module", "--eval", script]);
for (const name of readdirSync(folder)
  .filter((each) => each.endsWith(".mjs"))
  .sort()) {
  run(`examples/${name}`, [join(folder, name)]);
}

function run(name, args) {
  console.log(`--- ${name}`);
  const { status } = spawnSync(process.execPath, args, { cwd: root, stdio: "inherit", timeout: 60_000 });
  if (status === 0) return;
  console.error(`${name} failed`);
  process.exit(1);
}
