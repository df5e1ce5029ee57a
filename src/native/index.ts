export { type LoadedAddon, loadAddon } from "./load-addon.ts";
export { type NativeKind, type NativeOptions, type NativeStatus, openNative } from "./open.ts";
