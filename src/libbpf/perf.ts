import type { RingView } from "../engine/index.ts";
import { errnoNumbers } from "../platform/index.ts";
import { drain } from "./rings.ts";
import { errnoOf, resultOf, type Session } from "./session.ts";
import { WaitEvent } from "./wait-event.ts";

const { EINVAL } = errnoNumbers;

/** Called with every record of a CPU. */
export type PerfBufferSample = (ctx: unknown, cpu: number, data: Uint8Array) => void;
/** Called, before the samples, with how many records of a CPU found no room since the last time. */
export type PerfBufferLost = (ctx: unknown, cpu: number, lost: number) => void;

/** `struct perf_buffer`: a reader of all rings of a perf event array. */
export class PerfBufferReader {
  readonly event = new WaitEvent();
  readonly rings: readonly { readonly ring: RingView; readonly cpu: number; lost: number }[];
  readonly sample: PerfBufferSample;
  readonly lostCallback: PerfBufferLost;
  readonly ctx: unknown;

  constructor(rings: readonly RingView[], sample: PerfBufferSample, lost: PerfBufferLost, ctx: unknown) {
    this.rings = rings.map((ring, cpu) => ({ ring, cpu, lost: 0 }));
    this.sample = sample;
    this.lostCallback = lost;
    this.ctx = ctx;
    for (const ring of rings) this.event.watch(ring);
  }

  /** Hands out what ring `index` holds; how many records. */
  consume(index: number): number {
    const entry = this.rings[index];
    if (entry === undefined) return 0;
    const { ring, cpu } = entry;
    const lost = ring.lost - entry.lost;
    if (lost > 0) {
      this.lostCallback(this.ctx, cpu, lost);
      entry.lost += lost;
    }
    return drain(ring, (data) => {
      this.sample(this.ctx, cpu, data);
      return 0;
    });
  }
}

/** Reading perf event arrays: one ring for each CPU. */
export function perfCalls(session: Session) {
  const { engine } = session;

  function create(
    descriptor: number,
    pages: number,
    sample: PerfBufferSample | null,
    lost: PerfBufferLost | null,
    ctx: unknown,
  ): PerfBufferReader | null {
    if (sample === null || lost === null || pages !== 0) return session.failPointer(EINVAL);
    try {
      const map = session.object(descriptor, "map");
      const rings = Array.from({ length: engine.cpus }, (_, cpu) => engine.ring(map, cpu));
      return new PerfBufferReader(rings, sample, lost, ctx);
    } catch (error) {
      return session.failPointer(errnoOf(resultOf(error)));
    }
  }

  function consume(reader: PerfBufferReader | null): number {
    if (reader === null) return session.fail(EINVAL);
    return reader.rings.reduce((sum, _, index) => sum + reader.consume(index), 0);
  }

  return {
    /** A reader of all CPUs' rings; `page_count` must be 0 and both callbacks given. Null with errno set. */
    perf_buffer__new: (
      descriptor: number,
      page_count: number,
      sample: PerfBufferSample | null,
      lost: PerfBufferLost | null,
      ctx: unknown,
      _options: unknown = null,
    ): PerfBufferReader | null => create(descriptor, page_count, sample, lost, ctx),

    /** Hands out what there is: the number of records, or a negative errno. */
    perf_buffer__consume: consume,

    /** The same for one CPU's ring. */
    perf_buffer__consume_buffer(reader: PerfBufferReader | null, index: number): number {
      if (reader === null || index < 0 || index >= reader.rings.length) return session.fail(EINVAL);
      return reader.consume(index);
    },

    /** Hands out what there is; where there is nothing, waits for `timeout` ms (negative: for ever). */
    async perf_buffer__poll(reader: PerfBufferReader | null, timeout: number): Promise<number> {
      if (reader === null) return session.fail(EINVAL);
      reader.event.reset();
      const found = consume(reader);
      if (found !== 0 || timeout === 0) return found;
      return (await reader.event.wait(timeout)) ? consume(reader) : 0;
    },

    perf_buffer__buffer_cnt: (reader: PerfBufferReader | null): number => reader?.rings.length ?? 0,

    /** Nothing needs to be given back. */
    perf_buffer__free(_reader: PerfBufferReader | null): void {},

    ebpf_perf_buffer_get_wait_handle: (reader: PerfBufferReader): WaitEvent => reader.event,
  };
}
