// node scripts/bundle.mjs FOLDER: what runs of the package, from src. A folder of src becomes a file or two, because
// loading hundreds of small modules takes Node.js several times what it takes to start. Declarations are tsc's.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, relative, resolve, sep } from "node:path";
import { rolldown } from "rolldown";

const root = resolve(import.meta.dirname, "..");
const source = join(root, "src");
const { dependencies, peerDependencies } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));

/** What is loaded by its path: the package's doors, the command, the thread that verifies. */
const loaded = ["index", "testing/vitest", "cli/main", "verifier/verifier-thread"];
/** Doors of folders. They keep the folders apart, and give bench and scripts what they measure and judge. */
const doors = [...readdirSync(source), "platform/linux"]
  .map((name) => `${name}/index`)
  .filter((name) => existsSync(join(source, `${name}.ts`)));

/** The folder of src that all modules of a piece lie in, "" for src itself: what looks for files beside it finds them. */
function folderOf(modules) {
  const folders = new Set(
    modules.map((id) => relative(source, id).split(sep)).map((path) => path.slice(0, -1)[0] ?? ""),
  );
  const [folder, another] = folders;
  if (another !== undefined)
    throw new Error(`folders of src that import each other, or around a door: ${[...folders]}`);
  return folder === "" ? "" : `${folder}/`;
}

const bundle = await rolldown({
  cwd: root,
  input: Object.fromEntries([...loaded, ...doors].map((name) => [name, join(source, `${name}.ts`)])),
  platform: "node",
  external: Object.keys({ ...dependencies, ...peerDependencies }),
  transform: { target: "es2023" },
});
await bundle.write({
  dir: resolve(process.argv[2]),
  format: "esm",
  entryFileNames: "[name].js",
  chunkFileNames: ({ moduleIds }) => `${folderOf(moduleIds)}[name].js`,
});
await bundle.close();
