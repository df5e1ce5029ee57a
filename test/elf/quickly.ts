import { expect } from "vitest";

/** What `work` answers or throws; fails if it took 2 s of processor time or more, however busy the machine is. */
export function quickly<T>(work: () => T): T {
  const before = process.cpuUsage();
  try {
    return work();
  } finally {
    const { user, system } = process.cpuUsage(before);
    expect((user + system) / 1e6).toBeLessThan(2);
  }
}
