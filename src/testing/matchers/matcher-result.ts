/** What a matcher of vitest's answers. */
export interface MatcherResult {
  readonly pass: boolean;
  readonly message: () => string;
  readonly actual?: unknown;
  readonly expected?: unknown;
}

/** The value of a member of whatever a test has given. */
export function member(received: unknown, name: string): unknown {
  return typeof received === "object" && received !== null && name in received
    ? Object.getOwnPropertyDescriptor(received, name)?.value
    : undefined;
}
