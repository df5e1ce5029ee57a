import { describe, expect, it } from "vitest";
import { EventQueue } from "../../src/runtime/event-queue.ts";

const event = (n: number) => ({ n });

describe("an event queue", () => {
  it("given events before and after the reader, then it reads all in order", async () => {
    const queue = new EventQueue<{ n: number }>();
    queue.push(event(1));
    queue.push(event(2));
    expect((await queue.next()).value).toEqual({ n: 1, lost: 0 });
    expect((await queue.next()).value).toEqual({ n: 2, lost: 0 });
    const later = queue.next();
    queue.push(event(3));
    expect((await later).value).toEqual({ n: 3, lost: 0 });
  });

  it("given an abort, then waiting readers end, and so does what feeds it", async () => {
    const abort = new AbortController();
    const queue = new EventQueue<{ n: number }>(abort.signal);
    let stopped = 0;
    queue.onEnd(() => stopped++);
    const waiting = queue.next();
    abort.abort();
    expect((await waiting).done).toBe(true);
    expect((await queue.next()).done).toBe(true);
    expect(stopped).toBe(1);
  });

  it("given a signal that has fired already, then it ends at once", async () => {
    const queue = new EventQueue<{ n: number }>(AbortSignal.abort());
    let stopped = 0;
    queue.onEnd(() => stopped++);
    expect(stopped).toBe(1);
    expect((await queue.next()).done).toBe(true);
  });

  it("given a loop that is left, then it ends", async () => {
    const queue = new EventQueue<{ n: number }>();
    let stopped = 0;
    queue.onEnd(() => stopped++);
    queue.push(event(1));
    for await (const each of queue) {
      expect(each.n).toBe(1);
      break;
    }
    expect(stopped).toBe(1);
  });

  it("given no reader, then the oldest are dropped and counted", async () => {
    const queue = new EventQueue<{ n: number }>();
    for (let n = 0; n < 65_536 + 10; n++) queue.push(event(n));
    expect((await queue.next()).value).toEqual({ n: 10, lost: 10 });
    expect((await queue.next()).value).toEqual({ n: 11, lost: 0 });
  });
});
