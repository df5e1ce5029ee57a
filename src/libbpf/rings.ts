import { setImmediate } from "node:timers";
import type { RingView } from "../engine/index.ts";
import { EbpfResult, errnoNumbers, MapType } from "../platform/index.ts";
import type { Out } from "./map-elements.ts";
import { errnoOf, resultOf, type Session } from "./session.ts";
import { WaitEvent } from "./wait-event.ts";

const { EINVAL, EBADF, ENOTSUP } = errnoNumbers;

/** Called with every record of a ring buffer; a negative result ends the call that reads, after that record. */
export type RingBufferSample = (ctx: unknown, data: Uint8Array) => number;

/** Flag of `ebpf_ring_buffer__new` and `ebpf_perf_buffer__new`: callbacks come by themselves. */
export const AUTO_CALLBACK = 1n;

/** Bytes of a record that one message to the driver holds (libs/execution_context/ebpf_protocol.h). */
const LARGEST_WRITE = 65_535 - 24;

/** `struct ring_buffer`: readers of one or several ring buffer maps. */
export class RingBufferReader {
  readonly event = new WaitEvent();
  readonly rings: { readonly ring: RingView; readonly sample: RingBufferSample; readonly ctx: unknown }[] = [];
  readonly automatic: boolean;
  readonly endings: (() => void)[] = [];

  constructor(automatic: boolean) {
    this.automatic = automatic;
  }
}

/** A ring whose memory is mapped: its offsets and bytes as they are now. */
export class RingMapping {
  readonly #ring: RingView;

  constructor(ring: RingView) {
    this.#ring = ring;
  }

  get consumer_offset(): number {
    return this.#ring.consumer;
  }

  set consumer_offset(offset: number) {
    this.#ring.consumer = offset;
  }

  get producer_offset(): number {
    return this.#ring.producer;
  }

  /** Bytes of the ring. */
  get data_size(): number {
    return this.#ring.size;
  }

  /** `length` bytes of the ring from `offset` on, copied. */
  data(offset: number, length: number): Uint8Array {
    return this.#ring.bytes(offset, length);
  }
}

/** Reading ring buffers, and the deprecated ways to write them from user code. */
export function ringCalls(session: Session) {
  const { engine } = session;
  const mappings = new Set<RingMapping>();

  function add(reader: RingBufferReader, descriptor: number, sample: RingBufferSample, ctx: unknown): number {
    try {
      const map = session.object(descriptor, "map");
      const ring = engine.ring(map, 0);
      reader.event.watch(ring);
      reader.rings.push({ ring, sample, ctx });
      return EbpfResult.SUCCESS;
    } catch (error) {
      return resultOf(error);
    }
  }

  function create(
    descriptor: number,
    sample: RingBufferSample | null,
    ctx: unknown,
    automatic: boolean,
  ): RingBufferReader | null {
    if (sample === null) return session.failPointer(EINVAL);
    const reader = new RingBufferReader(automatic);
    const result = add(reader, descriptor, sample, ctx);
    if (result !== EbpfResult.SUCCESS) return session.failPointer(errnoOf(result));
    return reader;
  }

  function consume(reader: RingBufferReader | null): number {
    const refused = unusable(reader);
    if (refused !== 0 || reader === null) return refused;
    let total = 0;
    for (const { ring, sample, ctx } of reader.rings) {
      const result = drain(ring, (data) => sample(ctx, data));
      if (result < 0) return result;
      total += result;
    }
    return total;
  }

  return {
    /** A reader of one ring buffer map; null with errno set. `options` are empty in C. */
    ring_buffer__new: (
      descriptor: number,
      sample: RingBufferSample | null,
      ctx: unknown,
      _options: unknown = null,
    ): RingBufferReader | null => create(descriptor, sample, ctx, false),

    /** The same; flag 1 (callbacks by themselves) is deprecated on Windows. */
    ebpf_ring_buffer__new(
      descriptor: number,
      sample: RingBufferSample | null,
      ctx: unknown,
      options: { readonly flags?: number | bigint } | null = null,
    ): RingBufferReader | null {
      const automatic = (BigInt(options?.flags ?? 0) & AUTO_CALLBACK) !== 0n;
      const reader = create(descriptor, sample, ctx, automatic);
      if (automatic && reader !== null) {
        for (const { ring, sample: call } of reader.rings) {
          const deliver = () => drain(ring, (data) => call(ctx, data));
          reader.endings.push(ring.listen(() => setImmediate(deliver)));
          setImmediate(deliver);
        }
      }
      return reader;
    },

    /** One more map for a reader: 0, or a negative errno. errno itself stays as it is. */
    ring_buffer__add(
      reader: RingBufferReader | null,
      descriptor: number,
      sample: RingBufferSample | null,
      ctx: unknown,
    ): number {
      if (reader === null || descriptor < 0 || sample === null) return -EINVAL;
      if (reader.automatic) return -ENOTSUP;
      // The C run-time notes a bad descriptor by itself.
      if (session.descriptors.get(descriptor) === undefined) return session.fail(EBADF);
      const result = add(reader, descriptor, sample, ctx);
      return result === EbpfResult.SUCCESS ? 0 : -errnoOf(result);
    },

    /** Hands out what there is: the number of records, or what a callback returned, or a negative errno. */
    ring_buffer__consume: consume,

    /** The same; where there is nothing, waits for a record for `timeout` ms (negative: for ever). 0 when it is over. */
    async ring_buffer__poll(reader: RingBufferReader | null, timeout: number): Promise<number> {
      const refused = unusable(reader);
      if (refused !== 0 || reader === null) return refused;
      return reader.event.poll(timeout, () => consume(reader));
    },

    ring_buffer__free(reader: RingBufferReader | null): void {
      for (const end of reader?.endings.splice(0) ?? []) end();
    },

    /** What is signalled when a record was written; null for readers whose callbacks come by themselves. */
    ebpf_ring_buffer_get_wait_handle: (reader: RingBufferReader): WaitEvent | null =>
      reader.automatic ? null : reader.event,

    /** The memory of the `index`th map of a reader; `ret` is an `ebpf_result_t`. */
    ebpf_ring_buffer_get_buffer(reader: RingBufferReader, index: number): Out<RingMapping> {
      if (reader.automatic) return { ret: EbpfResult.INVALID_ARGUMENT, value: undefined };
      const ring = reader.rings[index]?.ring;
      if (ring === undefined) return { ret: EbpfResult.OBJECT_NOT_FOUND, value: undefined };
      return { ret: EbpfResult.SUCCESS, value: new RingMapping(ring) };
    },

    /** Maps a ring's memory; `ret` is an `ebpf_result_t`. */
    ebpf_ring_buffer_map_map_buffer(descriptor: number): Out<RingMapping> {
      let value: RingMapping | undefined;
      const ret = session.result(() => {
        value = new RingMapping(engine.ring(session.object(descriptor, "map"), 0));
        mappings.add(value);
      });
      return { ret, value };
    },

    /** Gives a mapping back: an `ebpf_result_t`, INVALID_ARGUMENT for one that is not mapped. */
    ebpf_ring_buffer_map_unmap_buffer(descriptor: number, mapping: RingMapping | null): number {
      if (session.descriptors.get(descriptor) === undefined) return EbpfResult.INVALID_FD;
      return mapping !== null && mappings.delete(mapping) ? EbpfResult.SUCCESS : EbpfResult.INVALID_ARGUMENT;
    },

    /** Signals `event` whenever a record is written to ring `index`: an `ebpf_result_t`. */
    ebpf_map_set_wait_handle(descriptor: number, index: number, event: WaitEvent | null): number {
      if (event === null) return EbpfResult.INVALID_ARGUMENT;
      return session.result(() => {
        event.watch(engine.ring(session.object(descriptor, "map"), index));
      });
    },

    /** Writes a record to a ring buffer: an `ebpf_result_t`. */
    ebpf_ring_buffer_map_write: (descriptor: number, data: Uint8Array | null): number =>
      write(session, descriptor, data, MapType.RINGBUF),

    /** Writes a record to the current CPU's ring of a perf event array: an `ebpf_result_t`. */
    ebpf_perf_event_array_map_write: (descriptor: number, data: Uint8Array | null): number =>
      write(session, descriptor, data, MapType.PERF_EVENT_ARRAY),
  };
}

/** Hands the records of a ring out, each consumed once its callback has returned; how many, or a negative result. */
export function drain(ring: RingView, sample: (data: Uint8Array) => number): number {
  let records = 0;
  let offset = ring.consumer;
  let end = ring.producer;
  while (offset < end) {
    const record = ring.read(offset);
    if (record === undefined) break;
    const result = sample(record.data);
    offset = record.next;
    ring.consumer = offset;
    if (result < 0) return result;
    records++;
    if (offset >= end) end = ring.producer;
  }
  return records;
}

function unusable(reader: RingBufferReader | null): number {
  if (reader === null) return -EINVAL;
  if (reader.automatic) return -ENOTSUP;
  return reader.rings.length === 0 ? -EINVAL : 0;
}

function write(session: Session, descriptor: number, data: Uint8Array | null, type: number): number {
  if (data === null || data.length === 0) return EbpfResult.INVALID_ARGUMENT;
  if (data.length > LARGEST_WRITE) return EbpfResult.ARITHMETIC_OVERFLOW;
  let fits = true;
  const result = session.result(() => {
    const map = session.object(descriptor, "map");
    fits = session.engine.mapInfo(map).type === type;
    if (fits) session.engine.writeRing(map, data);
  });
  return fits ? result : EbpfResult.INVALID_ARGUMENT;
}
