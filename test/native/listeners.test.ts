import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Listeners } from "../../src/native/listeners.ts";

describe("those who wait for a ring", () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it("given nothing to find, however long they wait, then nobody is woken; given something, then all are", () => {
    let isThere = false;
    let looks = 0;
    const listeners = new Listeners(
      () => 1,
      () => {},
      () => {
        looks++;
        return isThere;
      },
    );
    const woken: string[] = [];
    const stop = listeners.listen(() => woken.push("listener"));
    listeners.setWaiter(() => woken.push("waiter"));
    vi.advanceTimersByTime(60_000);
    expect(looks).toBeGreaterThan(0);
    expect(woken).toEqual([]);
    isThere = true;
    vi.advanceTimersByTime(60_000);
    expect(new Set(woken)).toEqual(new Set(["listener", "waiter"]));
    stop();
    listeners.end();
    expect(vi.getTimerCount()).toBe(0);
  });
});
