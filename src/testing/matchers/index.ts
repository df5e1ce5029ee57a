import { XdpAction } from "../../simulated/index.ts";
import { actionMatcher } from "./actions.ts";
import { toBeAllowed, toBeRedirectedTo, toBeRefused, toBeRefusedBy } from "./decisions.ts";
import { toVerify } from "./verification.ts";

export type { MatcherResult } from "./matcher-result.ts";
export type { ToVerifyOptions, Verifiable } from "./verification.ts";

/**
 * Matchers for `expect.extend(matchers)`, in vitest and whatever has its matchers' form. `import "winbpf/testing/vitest"`
 * extends vitest's `expect` and declares the types.
 *
 * @example
 * expect(runtime.network.receive(1, frame)).toDrop();
 * await expect("filter.o").toVerify();
 */
export const matchers = {
  /** An XDP program let the packet through. Takes what `receive` or `run` gave. */
  toPass: actionMatcher(XdpAction.PASS),
  /** An XDP program dropped the packet. */
  toDrop: actionMatcher(XdpAction.DROP),
  /** An XDP program sent the packet back out. */
  toTransmit: actionMatcher(XdpAction.TX),
  toBeAllowed,
  toBeRefused,
  toBeRefusedBy,
  toBeRedirectedTo,
  toVerify,
};
