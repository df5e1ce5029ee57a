import type { Platform } from "../spec/index.ts";
import type { Arguments, OptionRow } from "./command.ts";
import { UsageError } from "./failure.ts";

/** The option of commands that can read objects for Linux as well. */
export const platformOption: OptionRow = {
  name: "platform",
  value: "SYSTEM",
  help: "windows or linux: whose names and numbers the object uses (default windows)",
};

/** The value of `platformOption`. */
export function platformOf(args: Arguments): Platform {
  const platform = args.value("platform") ?? "windows";
  if (platform === "windows" || platform === "linux") return platform;
  throw new UsageError(`--platform takes windows or linux, not ${platform}`);
}
