#!/usr/bin/env node
// What prebuildify takes for node-gyp: it asks for a rebuild, cmake-js makes it. Of the arguments only the platform
// matters, and that comes through the environment; --target would mean something else to cmake-js.
import { spawnSync } from "node:child_process";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";

const root = resolve(import.meta.dirname, "..");
const cmakeJs = join(createRequire(import.meta.url).resolve("cmake-js/package.json"), "..", "bin", "cmake-js");
const platform = process.env.PREBUILD_PLATFORM ?? process.platform;
const args = [
  "rebuild",
  "--directory",
  root,
  "--arch",
  process.env.PREBUILD_ARCH ?? process.arch,
  "--log-level",
  "warn",
];
if (platform === "win32" && process.platform !== "win32") {
  args.push(`--CDCMAKE_TOOLCHAIN_FILE=${join(root, "binding", "mingw.cmake")}`);
}
const { status } = spawnSync(process.execPath, [cmakeJs, ...args], { cwd: root, stdio: "inherit" });
process.exit(status ?? 1);
