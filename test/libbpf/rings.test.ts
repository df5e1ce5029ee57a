import { describe, expect, it } from "vitest";
import { MapType, simulate } from "../../src/index.ts";
import { libbpf, WaitEvent } from "../../src/libbpf/index.ts";

describe("ring_buffer__poll", () => {
  const opened = () => {
    const bpf = libbpf(simulate());
    const map = bpf.bpf_map_create(MapType.RINGBUF, null, 0, 0, 4096);
    const reader = bpf.ring_buffer__new(map, () => 0, null);
    if (reader === null) throw new Error("no reader");
    return { bpf, map, reader };
  };

  it("given a signal without a record, then it waits for the next one", async () => {
    const { bpf, map, reader } = opened();
    const polled = bpf.ring_buffer__poll(reader, -1);
    reader.event.signal();
    await new Promise((done) => setImmediate(done));
    bpf.ebpf_ring_buffer_map_write(map, Uint8Array.of(1));
    expect(await polled).toBe(1);
  });

  it("given signals without a record, then 0 once its time is over", async () => {
    const { bpf, reader } = opened();
    const polled = bpf.ring_buffer__poll(reader, 5);
    const signals = setInterval(() => reader.event.signal());
    expect(await polled).toBe(0);
    clearInterval(signals);
  });
});

describe("perf_buffer__poll", () => {
  it("given a signal without a record, then it waits for the next one", async () => {
    const bpf = libbpf(simulate());
    const map = bpf.bpf_map_create(MapType.PERF_EVENT_ARRAY, null, 0, 0, 4096);
    const reader = bpf.perf_buffer__new(
      map,
      0,
      () => {},
      () => {},
      null,
    );
    const polled = bpf.perf_buffer__poll(reader, -1);
    reader?.event.signal();
    await new Promise((done) => setImmediate(done));
    bpf.ebpf_perf_event_array_map_write(map, Uint8Array.of(1));
    expect(await polled).toBe(1);
  });
});

describe("WaitEvent", () => {
  /** A ring like a native one: what it tells arrives when the test says so. */
  class LateRing {
    readonly size = 4096;
    readonly lost = 0;
    producer = 0;
    consumer = 0;
    tell = () => {};
    read = () => undefined;
    bytes = () => new Uint8Array(0);
    listen = () => () => {};
    setWaiter(wake: (() => void) | undefined): void {
      this.tell = wake ?? (() => {});
    }
  }
  const watched = () => {
    const ring = new LateRing();
    const event = new WaitEvent();
    event.watch(ring);
    return { ring, event };
  };

  it("given a record that was read before the event was reset, when it is told of afterwards, then nothing is signalled", async () => {
    const { ring, event } = watched();
    ring.producer = 16;
    event.reset();
    ring.consumer = 16;
    ring.tell();
    expect(event.signalled).toBe(false);
    const waiting = event.wait(-1);
    ring.tell();
    ring.producer = 32;
    ring.tell();
    expect(await waiting).toBe(true);
  });

  it("given a record that nobody has read, or that was read without a reset, when it is told of, then it is signalled", () => {
    const unread = watched();
    unread.ring.producer = 16;
    unread.event.reset();
    unread.ring.tell();
    expect(unread.event.signalled).toBe(true);
    const read = watched();
    read.event.reset();
    read.ring.producer = 16;
    read.ring.consumer = 16;
    read.ring.tell();
    expect(read.event.signalled).toBe(true);
  });
});
