import { EbpfError } from "../errors.ts";
import { EbpfResult } from "../platform/index.ts";
import type { Opened } from "./addon.ts";
import { NativeEngine } from "./engine.ts";
import { nativeError, numberError } from "./failure.ts";
import { LinuxSystem } from "./linux-system.ts";
import { type LoadedAddon, loadAddon } from "./load-addon.ts";
import { Native } from "./native.ts";
import { WindowsSystem } from "./windows-system.ts";

/** The runtimes that need the addon. */
export type NativeKind = "windows" | "libbpf";

export interface NativeOptions {
  /** Absolute path of another ebpfapi.dll or libbpf.so than the system's. */
  readonly library?: string;
}

/** What there is on this machine: an engine, or why there is none and whether that is a fault. */
export type NativeStatus =
  | { readonly state: "usable"; readonly engine: NativeEngine }
  /** Not installed, or not for this system: another runtime may take its place. */
  | { readonly state: "absent"; readonly why: string; readonly hint: string }
  /** Installed, but it cannot be used: nothing takes its place. */
  | { readonly state: "unusable"; readonly error: EbpfError };

const systems: Readonly<Record<NativeKind, { readonly platform: NodeJS.Platform; readonly name: string }>> = {
  windows: { platform: "win32", name: "ebpf-for-windows" },
  libbpf: { platform: "linux", name: "libbpf" },
};

const NOTHING_BELOW =
  "It takes ebpf-for-windows, or Linux with libbpf 1 and root; simulate() and `winbpf run` take neither.";
const NO_ADDON =
  "Install winbpf again, or `npm run build` in a clone where the package has none for this system; simulate() and " +
  "`winbpf run` need none.";

/** Exports without which nothing can be done: versions before 0.17 lack some. */
const required = [
  "bpf_map_create",
  "bpf_map_lookup_elem",
  "bpf_obj_get_info_by_fd",
  "libbpf_num_possible_cpus",
] as const;

/** Opens the machine's eBPF, or says why not. `loaded` is the addon, for tests. */
export function openNative(
  kind: NativeKind,
  options: NativeOptions = {},
  loaded: () => LoadedAddon = loadAddon,
): NativeStatus {
  const { platform, name } = systems[kind];
  const found = loaded();
  if (found.addon === undefined) {
    return { state: "absent", why: `there is no native addon: ${found.why}`, hint: NO_ADDON };
  }
  if (process.platform !== platform) {
    return { state: "absent", why: `${name} is not for ${process.platform}`, hint: NOTHING_BELOW };
  }
  const opened = found.addon.open(options.library ?? "");
  if ("failed" in opened) {
    if (opened.failed === "absent") {
      return { state: "absent", why: `${name} is not installed: ${opened.message}`, hint: NOTHING_BELOW };
    }
    return { state: "unusable", error: openError(name, opened) };
  }
  const { addon } = found;
  const native = new Native(addon, opened, kind === "windows" ? "windows" : "linux");
  let error = probe(native, name);
  if (error !== undefined && mayBeStale(native, error)) {
    const failed = addon.renew(native.library);
    error = failed === undefined ? probe(native, name) : nativeError(native.system, failed, unusableText(name));
  }
  error ??= countCpus(native, name);
  if (error !== undefined) return { state: "unusable", error };
  const system = kind === "windows" ? new WindowsSystem(native) : new LinuxSystem(native);
  return { state: "usable", engine: new NativeEngine(native, system, `${name} is installed: ${native.path}`) };
}

/**
 * Whether this thread may have its way to the driver from before a restart of that: ebpfapi opens the device once for each
 * thread. Where it was never opened, the result is ACCESS_DENIED, and the next call tries again by itself.
 */
function mayBeStale(native: Native, { native: said }: EbpfError): boolean {
  return native.system === "windows" && said !== undefined && said.result !== EbpfResult.ACCESS_DENIED;
}

function openError(name: string, { message, lastError }: Extract<Opened, { readonly failed: string }>): EbpfError {
  return new EbpfError("EBPF_UNAVAILABLE", `${name} cannot be used: ${message}`, {
    hint: "Repair the installation, or give the absolute path of a library that only administrators can change.",
    ...(lastError === 0 ? {} : { native: { lastError } }),
  });
}

/** Tries a call that changes nothing: it fails where the rights, the driver or the service are missing. */
function probe(native: Native, name: string): EbpfError | undefined {
  const lacking = required.filter((call) => !native.has(call));
  if (lacking.length > 0) {
    return new EbpfError("EBPF_UNAVAILABLE", `${name} is too old: ${native.path} lacks ${lacking.join(", ")}`, {
      hint: "Install version 0.17 or later.",
    });
  }
  const id = native.addon.nextId(native.library, "map", 0);
  if (typeof id !== "object") return undefined;
  return unusable(nativeError(native.system, id, unusableText(name)));
}

/** Values of per-CPU maps are as many as there are processors: without their number nothing can be read of them. */
function countCpus(native: Native, name: string): EbpfError | undefined {
  const cpus = native.addon.cpus(native.library);
  if (cpus > 0) return undefined;
  return unusable(numberError(native.system, "libbpf_num_possible_cpus", cpus, unusableText(name)));
}

const unusableText = (name: string): string => `${name} is installed, but cannot be used`;

function unusable(cause: EbpfError): EbpfError {
  return new EbpfError("EBPF_UNAVAILABLE", cause.message, {
    cause,
    hint: cause.hint ?? "Check that its driver and service run.",
    ...(cause.native === undefined ? {} : { native: cause.native }),
  });
}
