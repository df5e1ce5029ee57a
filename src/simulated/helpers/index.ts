import type { HelperFunction } from "../../vm/index.ts";
import { neteventHelpers } from "../hooks/netevent-helpers.ts";
import { processHelpers } from "../hooks/process-helpers.ts";
import { sampleHelpers, upstreamSampleHelpers } from "../hooks/sample-helpers.ts";
import { sockAddrHelpers, upstreamSockAddrHelpers } from "../hooks/sock-addr-helpers.ts";
import { sockOpsHelpers, upstreamSockOpsHelpers } from "../hooks/sock-ops-helpers.ts";
import { xdpHelpers } from "../hooks/xdp-helpers.ts";
import type { Kernel } from "../kernel.ts";
import type { HelperDefinition } from "./helper.ts";
import { inputHelpers } from "./inputs.ts";
import { mapElementHelpers } from "./map-elements.ts";
import { memoryHelpers } from "./memory.ts";
import { printkHelpers } from "./printk.ts";
import { queueHelpers } from "./queues.ts";
import { ringHelpers } from "./rings.ts";
import { stringHelpers } from "./strings.ts";
import { tailCallHelpers } from "./tail-call.ts";

const general: readonly HelperDefinition[] = [
  ...mapElementHelpers,
  ...tailCallHelpers,
  ...inputHelpers,
  ...memoryHelpers,
  ...ringHelpers,
  ...printkHelpers,
  ...queueHelpers,
  ...stringHelpers,
];

type Specific = Readonly<Record<string, readonly HelperDefinition[]>>;

/** Helpers of one program type, by its name; they replace general ones of the same number. */
const windows: Specific = {
  xdp: xdpHelpers,
  sock_addr: sockAddrHelpers,
  sockops: sockOpsHelpers,
  sample: sampleHelpers,
  process: processHelpers,
  netevent_monitor: neteventHelpers,
};

/** The same of the stand-ins that upstream's own tests use (tests/end_to_end/helpers.h). */
const upstreamTests: Specific = {
  xdp: xdpHelpers,
  sock_addr: upstreamSockAddrHelpers,
  sockops: upstreamSockOpsHelpers,
  sample: upstreamSampleHelpers,
};

/** Every helper that programs of `type` may call in this kernel, by number. */
export function helpersFor(kernel: Kernel, type: string): ReadonlyMap<number, HelperFunction> {
  const specific = kernel.providers === "windows" ? windows : upstreamTests;
  const definitions = [...general, ...(specific[type] ?? [])];
  return new Map(definitions.map((definition) => [definition.id, definition.make(kernel)]));
}
