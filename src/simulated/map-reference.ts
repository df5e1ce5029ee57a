import type { KernelMap } from "./maps/index.ts";

/** A map that a program refers to: by its handle, or at `offset` bytes into its first value. */
export interface MapReference {
  readonly slot: number;
  readonly map: KernelMap;
  readonly offset?: number;
}
