import { openNative } from "../../src/native/index.ts";

/** Why Linux' kernel cannot be asked here, undefined where it can: the addon is built, libbpf is there, we are root. */
export function whyNoLibbpf(): string | undefined {
  const status = openNative("libbpf");
  if (status.state === "usable") return undefined;
  return status.state === "absent" ? status.why : status.error.message;
}
