import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Listeners } from "../../src/native/listeners.ts";

// Listeners take their timers by import, which the fake ones do not reach.
vi.mock("node:timers", () => ({
  setInterval: (...given: Parameters<typeof setInterval>) => setInterval(...given),
  clearInterval: (timer: NodeJS.Timeout) => clearInterval(timer),
  setTimeout: (...given: Parameters<typeof setTimeout>) => setTimeout(...given),
  clearTimeout: (timer: NodeJS.Timeout) => clearTimeout(timer),
}));

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

  it("given a system that lets nobody wait, then EBPF_NO_MEMORY, and nobody is left waiting", () => {
    const listeners = new Listeners(
      () => 0,
      () => expect.unreachable(),
      () => true,
    );
    const refused = expect.objectContaining({ code: "EBPF_NO_MEMORY", hint: expect.any(String) });
    const woken: string[] = [];
    expect(() => listeners.listen(() => woken.push("listener"))).toThrow(refused);
    expect(() => listeners.setWaiter(() => woken.push("waiter"))).toThrow(refused);
    vi.advanceTimersByTime(60_000);
    expect(woken).toEqual([]);
    expect(vi.getTimerCount()).toBe(0);
  });

  it("given a system that lets nobody wait for a while, then those who have begun are told of what came meanwhile", () => {
    let id = 1;
    let wake = () => {};
    const listeners = new Listeners(
      (tell) => {
        wake = tell;
        return id;
      },
      () => {},
    );
    let woken = 0;
    const stop = listeners.listen(() => woken++);
    id = 0;
    wake();
    expect(woken).toBe(1);
    vi.advanceTimersByTime(1000);
    expect(woken).toBeGreaterThan(1);
    id = 2;
    vi.advanceTimersByTime(1000);
    const before = woken;
    vi.advanceTimersByTime(60_000);
    expect(woken).toBe(before);
    wake();
    expect(woken).toBe(before + 1);
    stop();
    expect(vi.getTimerCount()).toBe(0);
  });
});
