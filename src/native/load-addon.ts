import { readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import type { Addon } from "./addon.ts";

/** The addon, or the reason why there is none. */
export type LoadedAddon =
  | { readonly addon: Addon; readonly path: string }
  | { readonly addon: undefined; readonly why: string };

/** The package's folder: two above this file, in `src` and in `lib`. */
const root = fileURLToPath(new URL("../../", import.meta.url));

/** Loads the addon that `npm run build` made or the package brings along: Node keeps it, so that twice costs nothing. */
export function loadAddon(folder = root): LoadedAddon {
  const require = createRequire(import.meta.url);
  try {
    const path = findAddon(require("node-gyp-build"), folder);
    const addon: unknown = require(path);
    if (isAddon(addon)) return { addon, path };
    return { addon: undefined, why: `${path} is not winbpf's addon` };
  } catch (error) {
    return { addon: undefined, why: unreadable(folder) ?? reason(error) };
  }
}

function findAddon(find: unknown, folder: string): string {
  if (typeof find !== "function" || !("path" in find) || typeof find.path !== "function") {
    throw new Error("node-gyp-build is not what it should be");
  }
  const path: unknown = find.path(folder);
  if (typeof path !== "string") throw new Error("node-gyp-build found no file");
  // It also looks where an environment variable points, and beside node: who may set these must not choose our code.
  const inside = relative(folder, path);
  if (inside.startsWith("..") || resolve(folder, inside) !== resolve(path)) {
    throw new Error(`the addon at ${path} lies outside the package`);
  }
  return path;
}

function isAddon(value: unknown): value is Addon {
  return typeof value === "object" && value !== null && "open" in value && "openMap" in value && "count" in value;
}

/** What keeps the package's folder from being read, too many open files for one: who looks for the addon there says that it is missing. */
function unreadable(folder: string): string | undefined {
  try {
    readdirSync(folder);
    return undefined;
  } catch (error) {
    return reason(error);
  }
}

/** The first line says what happened; the others are where it looked. */
function reason(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.split("\n", 1)[0] ?? text;
}
