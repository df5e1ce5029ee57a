import { describe, expect, it } from "vitest";
import { MapType, simulate } from "../../src/index.ts";
import { libbpf } from "../../src/libbpf/index.ts";

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
