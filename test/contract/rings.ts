import { expect } from "vitest";
import { WaitEvent } from "../../src/libbpf/index.ts";
import { type Kit, u32 } from "./kit.ts";
import { row } from "./row.ts";

const EBADF = -9;
const EINVAL = -22;
const ENOMEM = -12;
const ENOTSUP = -129;
/** `ebpf_result_t`. */
const INVALID_ARGUMENT = 6;
const OBJECT_NOT_FOUND = 7;
const NO_MEMORY = 12;
const PAGE = 4096;

const ring = (kit: Kit, entries = PAGE) => kit.map("RINGBUF", { key: 0, value: 0, entries });
const perf = (kit: Kit, entries = PAGE) => kit.map("PERF_EVENT_ARRAY", { key: 0, value: 0, entries });
const ok = () => 0;
const none = () => undefined;

/** A program that writes one record of 4 bytes, its own CPU's in perf rings. */
const writer = ({ helper }: Kit, map: number, kind: "ring" | "perf") =>
  kind === "ring"
    ? `stw [%r10-4], 77\nlddw %r1, ${map}\nmov %r2, %r10\nadd %r2, -4\nmov %r3, 4\nmov %r4, 0\ncall ${helper.ringOutput}\nexit`
    : `stw [%r10-4], 77\nlddw %r2, ${map}\nmov32 %r3, -1\nmov %r4, %r10\nadd %r4, -4\nmov %r5, 4\ncall ${helper.perfOutput}\nexit`;

/** Behaviour inventory, section 6. */
export const ringRows = [
  row(
    103,
    "given a ring size that is no power of two, then EINVAL; no multiple of a page, then ENOMEM",
    ({ bpf, type }) => {
      expect(bpf.bpf_map_create(type.RINGBUF, null, 0, 0, 5000)).toBe(EINVAL);
      expect(bpf.bpf_map_create(type.RINGBUF, null, 0, 0, 3 * PAGE)).toBe(EINVAL);
      expect(bpf.bpf_map_create(type.RINGBUF, null, 0, 0, 2048)).toBe(ENOMEM);
      expect(bpf.bpf_map_create(type.PERF_EVENT_ARRAY, null, 0, 0, 5000)).toBe(EINVAL);
    },
  ),

  row(104, "given no callback or a bad descriptor, then EINVAL or EBADF", (kit) => {
    const { bpf } = kit;
    expect(bpf.ring_buffer__new(ring(kit), null, 0)).toBeNull();
    expect(bpf.errno).toBe(-EINVAL);
    expect(bpf.ring_buffer__new(999, ok, 0)).toBeNull();
    expect(bpf.errno).toBe(-EBADF);
    expect(bpf.ring_buffer__new(kit.map("HASH"), ok, 0)).toBeNull();
    expect(bpf.errno).toBe(-ENOTSUP);
    expect(bpf.ring_buffer__consume(null)).toBe(EINVAL);
  }),

  row(105, "given records, when polled, then callbacks in order, and their number", async (kit) => {
    const { bpf } = kit;
    const map = ring(kit);
    const seen: unknown[] = [];
    const reader = bpf.ring_buffer__new(map, (ctx, data) => seen.push(ctx, [...data]) * 0, "ctx");
    for (const data of [[1], [2, 3], [4, 5, 6, 7, 8, 9, 10, 11, 12]]) {
      expect(bpf.ebpf_ring_buffer_map_write(map, Uint8Array.from(data))).toBe(0);
    }
    expect(await bpf.ring_buffer__poll(reader, 100)).toBe(3);
    expect(seen).toEqual(["ctx", [1], "ctx", [2, 3], "ctx", [4, 5, 6, 7, 8, 9, 10, 11, 12]]);
    expect(await kit.run(await kit.program(writer(kit, map, "ring")))).toBe(0);
    expect(bpf.ring_buffer__consume(reader)).toBe(1);
    expect(seen.at(-1)).toEqual([77, 0, 0, 0]);
    bpf.ring_buffer__free(reader);
  }),

  row(106, "given a callback that returns -1, then poll returns -1 and that record is consumed", async (kit) => {
    const { bpf } = kit;
    const map = ring(kit);
    const seen: (number | undefined)[] = [];
    const reader = bpf.ring_buffer__new(map, (_, data) => (seen.push(data[0]) === 1 ? -1 : 5), 0);
    for (const byte of [1, 2, 3]) bpf.ebpf_ring_buffer_map_write(map, Uint8Array.of(byte));
    expect(await bpf.ring_buffer__poll(reader, 100)).toBe(-1);
    expect(await bpf.ring_buffer__poll(reader, 100)).toBe(2);
    expect(seen).toEqual([1, 2, 3]);
    bpf.ring_buffer__free(reader);
  }),

  row(107, "given an empty ring, when polled, then 0", async (kit) => {
    const reader = kit.bpf.ring_buffer__new(ring(kit), ok, 0);
    expect(await kit.bpf.ring_buffer__poll(reader, 0)).toBe(0);
    expect(await kit.bpf.ring_buffer__poll(reader, 5)).toBe(0);
    expect(kit.bpf.ring_buffer__consume(reader)).toBe(0);
    kit.bpf.ring_buffer__free(reader);
  }),

  row(
    108,
    "given two maps in one reader, then both are served, and buffers are counted as they were added",
    async (kit) => {
      const { bpf } = kit;
      const [first, second] = [ring(kit), ring(kit, 2 * PAGE)];
      const seen: unknown[] = [];
      const note = (ctx: unknown, data: Uint8Array) => seen.push(`${ctx}${data[0]}`) * 0;
      const reader = bpf.ring_buffer__new(first, note, "first");
      if (reader === null) throw new Error("no reader");
      expect(bpf.ring_buffer__add(reader, second, note, "second")).toBe(0);
      bpf.ebpf_ring_buffer_map_write(second, Uint8Array.of(2));
      bpf.ebpf_ring_buffer_map_write(first, Uint8Array.of(1));
      expect(await bpf.ring_buffer__poll(reader, 100)).toBe(2);
      expect(seen).toEqual(["first1", "second2"]);
      expect(bpf.ebpf_ring_buffer_get_buffer(reader, 0).value?.data_size).toBe(PAGE);
      expect(bpf.ebpf_ring_buffer_get_buffer(reader, 1).value?.data_size).toBe(2 * PAGE);
      expect(bpf.ebpf_ring_buffer_get_buffer(reader, 2).ret).toBe(OBJECT_NOT_FOUND);
      bpf.ring_buffer__free(reader);
    },
  ),

  row(
    109,
    "given a mapped ring, then two mappings show the same data; unmapping an unknown one INVALID_ARGUMENT",
    (kit) => {
      const { bpf } = kit;
      const map = ring(kit);
      const [one, two] = [
        bpf.ebpf_ring_buffer_map_map_buffer(map).value,
        bpf.ebpf_ring_buffer_map_map_buffer(map).value,
      ];
      if (one === undefined || two === undefined) throw new Error("not mapped");
      expect(one).not.toBe(two);
      expect(bpf.ebpf_ring_buffer_map_write(map, Uint8Array.of(9, 8, 7))).toBe(0);
      // A header of 8 bytes, the length in its low 30 bits; records begin at multiples of 8.
      expect([one.producer_offset, two.producer_offset]).toEqual([16, 16]);
      for (const mapping of [one, two]) expect([...mapping.data(0, 11)]).toEqual([3, 0, 0, 0, 0, 0, 0, 0, 9, 8, 7]);
      expect(bpf.ebpf_ring_buffer_map_unmap_buffer(map, one)).toBe(0);
      expect(bpf.ebpf_ring_buffer_map_unmap_buffer(map, one)).toBe(INVALID_ARGUMENT);
      expect(two.producer_offset).toBe(16);
      expect(bpf.ebpf_ring_buffer_map_unmap_buffer(map, two)).toBe(0);
    },
  ),
  row(
    "109 wrap",
    "given a record that goes on at the ring's start, then its bytes are at offset 0 of the mapping",
    (kit) => {
      const { bpf } = kit;
      const map = ring(kit);
      const mapping = bpf.ebpf_ring_buffer_map_map_buffer(map).value;
      if (mapping === undefined) throw new Error("not mapped");
      expect(bpf.ebpf_ring_buffer_map_write(map, new Uint8Array(4072))).toBe(0);
      mapping.consumer_offset = 4080;
      expect(bpf.ebpf_ring_buffer_map_write(map, new Uint8Array(24).fill(0x33))).toBe(0);
      // 4080 bytes of the first record, 8 of the second's header, 8 of its content; the other 16 are at the start.
      expect([...mapping.data(0, 18)]).toEqual([...new Array(16).fill(0x33), 0, 0]);
      expect([...mapping.data(4080, 20)]).toEqual([24, 0, 0, 0, 0, 0, 0, 0, ...new Array(12).fill(0x33)]);
      expect(bpf.ebpf_ring_buffer_map_unmap_buffer(map, mapping)).toBe(0);
    },
  ),

  row(110, "given a reader that ends, then the next goes on where it was", (kit) => {
    const { bpf } = kit;
    const map = ring(kit);
    const seen: (number | undefined)[] = [];
    const read = () => {
      const reader = bpf.ring_buffer__new(map, (_, data) => seen.push(data[0]) * 0, 0);
      const count = bpf.ring_buffer__consume(reader);
      bpf.ring_buffer__free(reader);
      return count;
    };
    bpf.ebpf_ring_buffer_map_write(map, Uint8Array.of(1));
    expect(read()).toBe(1);
    bpf.ebpf_ring_buffer_map_write(map, Uint8Array.of(2));
    expect([read(), read()]).toEqual([1, 0]);
    expect(seen).toEqual([1, 2]);
  }),

  row(111, "given more records than the ring has room for in a row, then none is torn", (kit) => {
    const { bpf } = kit;
    const map = ring(kit);
    const seen: Uint8Array[] = [];
    const reader = bpf.ring_buffer__new(map, (_, data) => seen.push(data) * 0, 0);
    const lengths = Array.from({ length: 200 }, (_, round) => 1 + ((round * 37) % 900));
    for (const [round, length] of lengths.entries()) {
      expect(bpf.ebpf_ring_buffer_map_write(map, new Uint8Array(length).fill(round))).toBe(0);
      if (round % 2 === 1) expect(bpf.ring_buffer__consume(reader)).toBe(2);
    }
    expect(seen.map((data) => data.length)).toEqual(lengths);
    for (const [round, data] of seen.entries()) expect(data.every((byte) => byte === round % 256)).toBe(true);
    expect(bpf.ebpf_ring_buffer_map_write(map, new Uint8Array(PAGE))).toBe(INVALID_ARGUMENT);
    // 8 bytes of header fill the ring to the last byte.
    expect(bpf.ebpf_ring_buffer_map_write(map, new Uint8Array(PAGE - 8))).toBe(0);
    expect(bpf.ebpf_ring_buffer_map_write(map, new Uint8Array(1))).toBe(NO_MEMORY);
    bpf.ring_buffer__free(reader);
  }),

  row(
    112,
    "given a reader whose callbacks come by themselves, when polled, consumed or added to, then ENOTSUP",
    async (kit) => {
      const { bpf } = kit;
      const map = ring(kit);
      let wake: (byte: number | undefined) => void = none;
      const first = new Promise<number | undefined>((resolve) => {
        wake = resolve;
      });
      const reader = bpf.ebpf_ring_buffer__new(map, (_, data) => Number(wake(data[0]) ?? 0), 0, { flags: 1 });
      expect(await bpf.ring_buffer__poll(reader, 0)).toBe(ENOTSUP);
      expect(bpf.ring_buffer__consume(reader)).toBe(ENOTSUP);
      expect(bpf.ring_buffer__add(reader, ring(kit), ok, 0)).toBe(ENOTSUP);
      bpf.ebpf_ring_buffer_map_write(map, Uint8Array.of(5));
      expect(await first).toBe(5);
      bpf.ring_buffer__free(reader);
    },
  ),

  row(113, "given a full perf ring, then the lost callback has their number", async (kit) => {
    const { bpf } = kit;
    const map = perf(kit);
    const lost: unknown[] = [];
    const reader = bpf.perf_buffer__new(map, 0, none, (ctx, cpu, count) => lost.push([ctx, cpu, count]), "ctx");
    const program = await kit.program(writer(kit, map, "perf"));
    // Records of 4 bytes take 16 each.
    for (let record = 0; record < PAGE / 16; record++) expect(await kit.run(program)).toBe(0);
    for (let record = 0; record < 3; record++) expect(await kit.run(program)).toBe(-NO_MEMORY);
    expect(bpf.perf_buffer__consume(reader)).toBe(PAGE / 16);
    expect(lost).toEqual([["ctx", 0, 3]]);
    expect(bpf.perf_buffer__consume(reader)).toBe(0);
    expect(lost).toHaveLength(1);
    bpf.perf_buffer__free(reader);
  }),

  row(114, "given perf pages other than 0, or callbacks missing, then EINVAL", (kit) => {
    const { bpf } = kit;
    const map = perf(kit);
    for (const make of [
      () => bpf.perf_buffer__new(map, 1, none, none, 0),
      () => bpf.perf_buffer__new(map, 0, null, none, 0),
      () => bpf.perf_buffer__new(map, 0, none, null, 0),
    ]) {
      bpf.errno = 0;
      expect(make()).toBeNull();
      expect(bpf.errno).toBe(-EINVAL);
    }
    expect(bpf.perf_buffer__new(kit.map("HASH"), 0, none, none, 0)).toBeNull();
    expect(bpf.errno).toBe(-ENOTSUP);
    expect(bpf.perf_buffer__consume(null)).toBe(EINVAL);
    const reader = bpf.perf_buffer__new(map, 0, none, none, 0);
    expect(bpf.perf_buffer__buffer_cnt(reader)).toBe(bpf.libbpf_num_possible_cpus());
    expect(bpf.perf_buffer__consume_buffer(reader, bpf.libbpf_num_possible_cpus())).toBe(EINVAL);
    bpf.perf_buffer__free(reader);
  }),

  row(115, "given a perf record written on a CPU, then the callback has that CPU", async (kit) => {
    const { bpf } = kit;
    const map = perf(kit);
    const seen: unknown[] = [];
    const reader = bpf.perf_buffer__new(map, 0, (_, cpu, data) => seen.push([cpu, [...data]]), none, 0);
    const program = await kit.program(writer(kit, map, "perf"));
    const last = bpf.libbpf_num_possible_cpus() - 1;
    for (const cpu of [last, 0]) expect(await kit.run(program, cpu)).toBe(0);
    expect(bpf.perf_buffer__consume_buffer(reader, last)).toBe(last === 0 ? 2 : 1);
    expect(bpf.perf_buffer__consume(reader)).toBe(last === 0 ? 0 : 1);
    expect(seen).toEqual([
      [last, [77, 0, 0, 0]],
      [0, [77, 0, 0, 0]],
    ]);
    bpf.perf_buffer__free(reader);
  }),

  row(116, "given no perf record, when polled, then 0; given one, then the wait handle is signalled", async (kit) => {
    const { bpf } = kit;
    const map = perf(kit);
    const reader = bpf.perf_buffer__new(map, 0, none, none, 0);
    if (reader === null) throw new Error("no reader");
    expect(await bpf.perf_buffer__poll(reader, 0)).toBe(0);
    expect(await bpf.perf_buffer__poll(reader, 5)).toBe(0);
    const event = bpf.ebpf_perf_buffer_get_wait_handle(reader);
    if (event === null) throw new Error("no wait handle");
    event.reset();
    expect(bpf.ebpf_perf_event_array_map_write(map, u32(1))).toBe(0);
    expect(await event.wait(1000)).toBe(true);
    expect(await bpf.perf_buffer__poll(reader, 1000)).toBe(1);
    const other = new WaitEvent();
    expect(bpf.ebpf_map_set_wait_handle(map, 0, other)).toBe(0);
    expect(bpf.ebpf_map_set_wait_handle(map, bpf.libbpf_num_possible_cpus(), other)).toBe(INVALID_ARGUMENT);
    bpf.perf_buffer__free(reader);
  }),

  row(
    "maps 6: earlier signals",
    "given records that were read before it waits, when polled without end, then it waits for the next",
    async (kit) => {
      const { bpf } = kit;
      const map = ring(kit);
      const program = await kit.program(writer(kit, map, "ring"));
      const reader = bpf.ring_buffer__new(map, ok, 0);
      // The first leaves nobody waiting, the second signals whoever does next.
      for (let round = 0; round < 2; round++) {
        await kit.run(program);
        expect(bpf.ring_buffer__consume(reader)).toBe(1);
      }
      const polled = bpf.ring_buffer__poll(reader, -1);
      const first = Promise.race([polled, turns(20).then(() => "waits")]);
      expect(await first).toBe("waits");
      await kit.run(program);
      expect(await polled).toBe(1);
      bpf.ring_buffer__free(reader);
    },
  ),
];

/** Ends after so many turns of the event loop. */
async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn++) await new Promise((done) => setImmediate(done));
}
