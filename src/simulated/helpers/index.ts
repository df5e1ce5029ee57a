import type { HelperFunction } from "../../vm/index.ts";
import { xdpHelpers } from "../hooks/xdp-helpers.ts";
import type { Kernel } from "../kernel.ts";
import type { HelperDefinition } from "./helper.ts";
import { inputHelpers } from "./inputs.ts";
import { mapElementHelpers } from "./map-elements.ts";
import { printkHelpers } from "./printk.ts";

const general: readonly HelperDefinition[] = [...mapElementHelpers, ...inputHelpers, ...printkHelpers];

/** Helpers of one program type, by its name. */
const specific = new Map<string, readonly HelperDefinition[]>([["xdp", xdpHelpers]]);

/** Every helper that programs of `type` may call in this kernel, by number. */
export function helpersFor(kernel: Kernel, type: string): ReadonlyMap<number, HelperFunction> {
  const definitions = [...general, ...(specific.get(type) ?? [])];
  return new Map(definitions.map((definition) => [definition.id, definition.make(kernel)]));
}
