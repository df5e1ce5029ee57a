import { expect } from "vitest";
import { matchers, type ToVerifyOptions } from "./matchers/index.ts";

interface VerdictMatchers {
  /** An XDP program let the packet through. Takes what `receive` or `run` gave. */
  toPass(): void;
  /** An XDP program dropped the packet. */
  toDrop(): void;
  /** An XDP program sent the packet back out. */
  toTransmit(): void;
  /** A connection, a bind or a process was allowed. */
  toBeAllowed(): void;
  /** A connection, a bind or a process was refused. */
  toBeRefused(): void;
  /** It was refused by the program of this name. */
  toBeRefusedBy(program: string): void;
  /** A connection was allowed and goes to another address: `"10.0.0.1:443"`. */
  toBeRedirectedTo(address: string): void;
  /** Every program of an object, or one by name, passes the verifier. Await it. */
  toVerify(options?: ToVerifyOptions): Promise<void>;
}

declare module "vitest" {
  // biome-ignore lint/suspicious/noExplicitAny: every declaration of the interface must have vitest's own parameter
  interface Matchers<T = any> extends VerdictMatchers {}
}

expect.extend(matchers);
