// What the simulated kernel does not hold, and why. Each is named in docs/fidelity.md, too.

/** `scenario call` → reason. */
export const exceptions = new Map([]);
