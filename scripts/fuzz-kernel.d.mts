import type * as api from "../src/index.ts";
import type * as isa from "../src/isa/index.ts";
import type { Kernel } from "../src/simulated/index.ts";

/** Random calls on one simulated kernel, and what is wrong with it, in words; undefined where nothing is. */
export function soak(
  modules: {
    readonly api: Pick<typeof api, "simulate" | "parse" | "MapType" | "bytes" | "perCpu">;
    readonly isa: Pick<typeof isa, "assemble">;
    readonly kernelOf: (runtime: api.SimulatedRuntime) => Kernel;
  },
  options: { readonly count: number; readonly seed: number; readonly log?: (line: string) => void },
): Promise<{
  /** How often each error code came. */
  readonly errors: ReadonlyMap<string, number>;
  /** Bytes of kernel memory in use whenever all was closed. */
  readonly used: readonly number[];
  readonly problem: string | undefined;
}>;
