// The public API as text: the declaration files that the package's doors reach, in one file that is committed. Every
// change of the API shows up as a change of docs/api.txt. Without arguments compares; with --write renews the file.
import { readFileSync, writeFileSync } from "node:fs";
import { basename, dirname, join, relative, resolve } from "node:path";
import "./setup.mjs";

const root = resolve(import.meta.dirname, "..");
const file = join(root, "docs", "api.txt");
const doors = Object.values(JSON.parse(readFileSync(join(root, "package.json"), "utf8")).exports)
  .map((door) => door.types)
  .filter((types) => types !== undefined);

const seen = new Map();
for (const door of doors) visit(resolve(root, door));
const text = [...seen]
  .sort(([a], [b]) => (a < b ? -1 : 1))
  .map(([path, body]) => `// ${path}\n${body.trim()}\n`)
  .join("\n");

if (process.argv.includes("--write")) {
  writeFileSync(file, text);
  console.log(`wrote ${relative(root, file)}`);
} else {
  const committed = readFileSync(file, "utf8");
  if (committed === text) {
    console.log("the public API is as docs/api.txt says");
  } else {
    const old = new Set(committed.split("\n"));
    const now = new Set(text.split("\n"));
    for (const line of old) if (!now.has(line)) console.log(`- ${line}`);
    for (const line of now) if (!old.has(line)) console.log(`+ ${line}`);
    console.error("the public API differs from docs/api.txt: if that is meant, run `npm run api -- --write`");
    process.exit(1);
  }
}

// Declarations without comments: words of documentation may change freely. What lies behind the door of a folder counts
// only where it is asked for by name.
function visit(path, wanted) {
  const name = relative(join(root, "lib"), path).replaceAll("\\", "/");
  const isInnerDoor = wanted !== undefined && basename(path) === "index.d.ts";
  if (!isInnerDoor && seen.has(name)) return;
  const source = readFileSync(path, "utf8");
  if (!isInnerDoor) seen.set(name, source.replaceAll(/\/\*\*[\s\S]*?\*\/\s*/g, "").replaceAll(/^\s*\n/gm, ""));
  for (const [, list, target] of source.matchAll(/^(?:import|export) (?:type )?\{([^}]*)\} from "(\.[^"]+)"/gm)) {
    const names = list.split(",").map((item) =>
      item
        .trim()
        .replace(/^type /, "")
        .split(" as "),
    );
    const followed = isInnerDoor ? names.filter((pair) => wanted.has(pair.at(-1))) : names;
    if (followed.length === 0) continue;
    visit(resolve(dirname(path), target.replace(/\.(js|ts)$/, ".d.ts")), new Set(followed.map(([first]) => first)));
  }
}
