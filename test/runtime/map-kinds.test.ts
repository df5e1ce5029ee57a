import { describe, expect, it } from "vitest";
import { bytes, MapType, perCpu, simulate, u32 } from "../../src/index.ts";
import { libbpf } from "../../src/libbpf/index.ts";

const map = (type: number, maxEntries = 3, runtime = simulate()) =>
  runtime.createMap({ name: "m", type, key: u32, value: u32, maxEntries });
const keyless = (type: number, maxEntries = 2) => simulate().createMap({ type, key: bytes(0), value: u32, maxEntries });

describe("queues and stacks", () => {
  it("given a queue, then values come out as they went in, and undefined when it is empty", () => {
    const queue = keyless(MapType.QUEUE).push(1).push(2);
    expect([queue.peek(), queue.pop(), queue.pop(), queue.pop()]).toEqual([1, 1, 2, undefined]);
  });

  it("given a stack, then the last value comes first", () => {
    const stack = keyless(MapType.STACK).push(1).push(2);
    expect([stack.pop(), stack.pop()]).toEqual([2, 1]);
  });

  it("given a full queue, then push throws, and with replace it drops the oldest", () => {
    const queue = keyless(MapType.QUEUE).push(1).push(2);
    expect(() => queue.push(3)).toThrow(expect.objectContaining({ code: "EBPF_NO_SPACE" }));
    expect(queue.push(3, { replace: true }).pop()).toBe(2);
  });
});

describe("per-CPU maps", () => {
  it.each([MapType.PERCPU_HASH, MapType.PERCPU_ARRAY, MapType.LRU_PERCPU_HASH])(
    "given type %i, when all CPUs are written, then all CPUs are read, one by one and in batches",
    (type) => {
      const runtime = simulate();
      const target = runtime.createMap({ type, key: u32, value: perCpu(u32, runtime.cpus), maxEntries: 3 });
      target.set(1, [7, 8]).setMany([[2, [9, 10]]]);
      expect(target.get(1)).toEqual([7, 8]);
      expect(new Map(target).get(2)).toEqual([9, 10]);
      expect(new Map([...target.batches()].flatMap((batch) => batch.toArray())).get(1)).toEqual([7, 8]);
      expect(() => target.set(1, [7])).toThrow(expect.objectContaining({ code: "EBPF_INVALID_ARGUMENT" }));
      expect(() => map(type)).toThrow(expect.objectContaining({ hint: expect.stringContaining("perCpu") }));
    },
  );
});

describe("LRU maps", () => {
  it("given more entries than it takes, then it holds as many as it takes, and the newest is there", () => {
    const lru = map(MapType.LRU_HASH, 10);
    for (let i = 0; i < 100; i++) lru.set(i, i);
    expect(lru.count()).toBe(10);
    expect(lru.get(99)).toBe(99);
  });
});

describe("maps of maps", () => {
  it("given an inner map, then it is found, and one of another shape is refused", () => {
    const runtime = simulate();
    const door = libbpf(runtime);
    const inner = map(MapType.ARRAY, 4, runtime);
    const engine = runtime.engine;
    const outer = engine.createMap({
      name: "outer",
      type: MapType.ARRAY_OF_MAPS,
      keySize: 4,
      valueSize: 4,
      maxEntries: 2,
      inner: inner.handle,
    });
    engine.updateObject(outer, new Uint8Array(4), inner.handle, 0);
    inner.set(2, 5);
    expect(engine.lookup(outer, new Uint8Array(4))?.[0]).toBe(inner.info.id);
    const other = map(MapType.HASH, 4, runtime);
    expect(() => engine.updateObject(outer, new Uint8Array(4), other.handle, 0)).toThrow(
      expect.objectContaining({ native: { result: 5, errno: 22 } }),
    );
    expect(door.bpf_map_get_next_id(0).value).toBe(inner.info.id);
  });
});

describe("many entries at once", () => {
  it("given more than one message holds, then batches write and read all of them", () => {
    const hash = map(MapType.HASH, 20_000);
    const entries = Array.from({ length: 20_000 }, (_, i): [number, number] => [i, i * 2]);
    hash.setMany(entries);
    const read = [...hash.batches(3000)].flatMap((batch) => batch.toArray()).sort(([a], [b]) => a - b);
    expect(read).toEqual(entries);
  });
});

describe("pins", () => {
  it("given a pinned map, when it is closed, then it is opened again by its path until it is unpinned", () => {
    const runtime = simulate();
    map(MapType.HASH, 4, runtime).set(1, 2).pin("/ebpf/global/ports").close();
    const codecs = { key: u32, value: u32 };
    expect(runtime.openPinnedMap("BPF:\\ports", codecs).get(1)).toBe(2);
    runtime.unpin("ports");
    expect(() => runtime.openPinnedMap("ports", codecs)).toThrow(expect.objectContaining({ code: "EBPF_NOT_FOUND" }));
  });
});

describe("records of a ring buffer", () => {
  const ring = () => {
    const runtime = simulate();
    const events = runtime.createMap({ type: MapType.RINGBUF, key: bytes(0), value: bytes(0), maxEntries: 4096 });
    const write = (...data: number[]) => runtime.engine.writeRing(events.handle, Uint8Array.from(data));
    return { events, write };
  };

  it("given records, before and while they are read, then they come in order until the signal aborts", async () => {
    const { events, write } = ring();
    const stop = new AbortController();
    write(1);
    const seen: number[] = [];
    for await (const { data, lost } of events.records({ signal: stop.signal })) {
      seen.push(data[0] ?? 0, lost);
      if (seen.length === 2) setImmediate(() => write(2, 3));
      else stop.abort();
    }
    expect(seen).toEqual([1, 0, 2, 0]);
  });

  it("given a loop that is left, then the next one goes on behind the last record", async () => {
    const { events, write } = ring();
    write(1);
    write(2);
    const first = async () => {
      for await (const { data } of events.records()) return data[0];
      return undefined;
    };
    expect([await first(), await first()]).toEqual([1, 2]);
  });

  it("given a full ring, then the record that is read next says how many were lost", async () => {
    const { events, write } = ring();
    const records = events.records();
    write(1);
    await records.next();
    const large = new Array<number>(2000).fill(0);
    write(...large);
    write(...large);
    expect(() => write(...large)).toThrow(expect.objectContaining({ code: "EBPF_NO_MEMORY" }));
    expect((await records.next()).value.lost).toBe(1);
  });
});

describe("several readers of a ring, and its end", () => {
  const open = () => {
    const runtime = simulate();
    const events = runtime.createMap({ type: MapType.RINGBUF, key: bytes(0), value: bytes(0), maxEntries: 4096 });
    return { runtime, events, write: (byte: number) => runtime.engine.writeRing(events.handle, Uint8Array.of(byte)) };
  };
  const closed = expect.objectContaining({ code: "EBPF_CLOSED" });

  it("given two readers that wait, then they race: every record goes to one of them, none is lost or doubled", async () => {
    const { events, write } = open();
    const stop = new AbortController();
    const seen: number[] = [];
    const read = async () => {
      for await (const { data } of events.records({ signal: stop.signal })) {
        seen.push(data[0]);
        if (seen.length === 100) stop.abort();
      }
    };
    const readers = [read(), read()];
    for (let byte = 0; byte < 100; byte++) {
      write(byte);
      if (byte % 7 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    await Promise.all(readers);
    expect(seen.sort((a, b) => a - b)).toEqual(Array.from({ length: 100 }, (_, i) => i));
  });

  it("given a reader that begins later, then it goes on where the last one stopped", async () => {
    const { events, write } = open();
    for (const byte of [1, 2, 3]) write(byte);
    expect((await events.records().next()).value?.data[0]).toBe(1);
    expect((await events.records().next()).value?.data[0]).toBe(2);
  });

  it("given a program or a second handle that still holds the map, when it is closed, then waiting readers end", async () => {
    const { runtime, events } = open();
    const held = runtime.engine.duplicate(events.handle);
    const waiting = events.records().next();
    setImmediate(() => events.close());
    await expect(waiting).rejects.toEqual(closed);
    runtime.engine.close(held);
  });

  it("given readers that wait, when the runtime is closed, then they end, and closing the map later is nothing", async () => {
    const { runtime, events } = open();
    const waiting = [events.records().next(), events.records().next()];
    setImmediate(() => runtime.close());
    for (const each of waiting) await expect(each).rejects.toEqual(closed);
    events.close();
    events.close();
  });
});

describe("reading a ring at once", () => {
  it("given records, then consume calls back for each, and stops at false or a throw behind the record", () => {
    const runtime = simulate();
    const events = runtime.createMap({ type: MapType.RINGBUF, key: bytes(0), value: bytes(0), maxEntries: 4096 });
    for (const byte of [1, 2, 3, 4]) runtime.engine.writeRing(events.handle, Uint8Array.of(byte));
    const seen: number[] = [];
    const take = (record: { readonly data: Uint8Array }) => seen.push(record.data[0]);
    expect(events.consume((record) => take(record) > 1)).toBe(1);
    expect(() =>
      events.consume(() => {
        throw new Error("mine");
      }),
    ).toThrow("mine");
    expect(events.consume(take)).toBe(2);
    expect(events.consume(take)).toBe(0);
    expect(seen).toEqual([1, 3, 4]);
  });

  it("given a map that is closed while a reader waits or reads, then EBPF_CLOSED", async () => {
    const runtime = simulate();
    const events = runtime.createMap({ type: MapType.RINGBUF, key: bytes(0), value: bytes(0), maxEntries: 4096 });
    const waiting = events.records().next();
    for (const byte of [1, 2]) runtime.engine.writeRing(events.handle, Uint8Array.of(byte));
    expect((await waiting).value?.data).toEqual(Uint8Array.of(1));
    const closed = expect.objectContaining({ code: "EBPF_CLOSED" });
    expect(() => events.consume(() => events.close())).toThrow(closed);
    expect(() => events.records()).toThrow(closed);
  });

  it("given several calls of next before there are records, then they are answered in order", async () => {
    const runtime = simulate();
    const events = runtime.createMap({ type: MapType.RINGBUF, key: bytes(0), value: bytes(0), maxEntries: 4096 });
    const records = events.records();
    const asked = [records.next(), records.next(), records.next()];
    for (const byte of [1, 2, 3]) runtime.engine.writeRing(events.handle, Uint8Array.of(byte));
    const answers = await Promise.all(asked);
    expect(answers.map(({ value }) => value?.data[0])).toEqual([1, 2, 3]);
    const last = records.next();
    await records.return?.();
    expect((await last).done).toBe(true);
  });
});
