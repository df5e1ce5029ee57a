import { readFileSync } from "node:fs";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { MapType, parse, simulate, verifyAll } from "../../src/index.ts";
import { libbpf } from "../../src/libbpf/index.ts";

const object = readFileSync(new URL("../programs/count_ports.o", import.meta.url));

// Tests of programs stop the clock. Nothing here may wait for it.
beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it("given stopped clocks, then objects are verified, loaded and run", async () => {
  using runtime = simulate();
  const loaded = await runtime.load(object);
  await loaded.programs.get("count_ports").run({ data: new Uint8Array(64), repeat: 1000 });
  for (const { verdict } of await verifyAll(parse(object), { threads: 1 })) expect(verdict).toBe("pass");
});

it("given a clock that a test puts forward between two records, then the next ones come all the same", async () => {
  using runtime = simulate();
  const ring = runtime.createMap({ type: MapType.RINGBUF, maxEntries: 65_536 });
  const write = (count: number) => {
    for (let i = 0; i < count; i++) runtime.engine.writeRing(ring.handle, new Uint8Array(8));
  };
  write(1000);
  let seen = 0;
  for await (const _ of ring.records()) {
    vi.advanceTimersByTime(1000);
    if (++seen === 1000) break;
  }
  expect(seen).toBe(1000);
  const waiting = ring.records().next();
  write(1);
  expect((await waiting).done).toBe(false);
});

it("given libbpf's poll with a time to wait, then that time passes", async () => {
  using runtime = simulate();
  const calls = libbpf(runtime);
  const fd = calls.bpf_map_create(MapType.RINGBUF, "ring", 0, 0, 4096);
  const ring = calls.ring_buffer__new(fd, () => 0, null);
  expect(ring).not.toBeNull();
  if (ring !== null) expect(await calls.ring_buffer__poll(ring, 1)).toBe(0);
});
