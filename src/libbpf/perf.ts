import { setImmediate } from "node:timers";
import type { RingView } from "../engine/index.ts";
import { errnoNumbers } from "../platform/index.ts";
import { AUTO_CALLBACK, drain } from "./rings.ts";
import { errnoOf, resultOf, type Session } from "./session.ts";
import { WaitEvent } from "./wait-event.ts";

const { EINVAL, ENOTSUP } = errnoNumbers;

/** Called with every record of a CPU. */
export type PerfBufferSample = (ctx: unknown, cpu: number, data: Uint8Array) => void;
/** Called, before the samples, with how many records of a CPU found no room since the last time. */
export type PerfBufferLost = (ctx: unknown, cpu: number, lost: number) => void;

interface PerfCallbacks {
  readonly sample: PerfBufferSample;
  readonly lost: PerfBufferLost;
}

/** `struct perf_buffer`: a reader of all rings of a perf event array. */
export class PerfBufferReader {
  readonly event = new WaitEvent();
  readonly rings: readonly { readonly ring: RingView; readonly cpu: number; lost: number }[];
  readonly sample: PerfBufferSample;
  readonly lostCallback: PerfBufferLost;
  readonly ctx: unknown;
  /** What ends the callbacks that come by themselves; undefined where they do not. */
  readonly endings: (() => void)[] | undefined;

  constructor(
    rings: readonly RingView[],
    { sample, lost, ctx, automatic }: PerfCallbacks & { readonly ctx: unknown; readonly automatic: boolean },
  ) {
    this.rings = rings.map((ring, cpu) => ({ ring, cpu, lost: 0 }));
    this.sample = sample;
    this.lostCallback = lost;
    this.ctx = ctx;
    for (const ring of rings) this.event.watch(ring);
    if (automatic) this.endings = rings.map((ring, cpu) => this.#deliverFrom(ring, cpu));
  }

  /** Hands out what ring `index` holds now, and from then on whatever comes, until the returned function is called. */
  #deliverFrom(ring: RingView, index: number): () => void {
    let isOver = false;
    const deliver = () => {
      if (!isOver) this.consume(index);
    };
    const stop = ring.listen(() => setImmediate(deliver));
    setImmediate(deliver);
    return () => {
      isOver = true;
      stop();
    };
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
    automatic = false,
  ): PerfBufferReader | null {
    if (sample === null || lost === null || pages !== 0) return session.failPointer(EINVAL);
    try {
      const map = session.object(descriptor, "map");
      const rings = Array.from({ length: engine.cpus }, (_, cpu) => engine.ring(map, cpu));
      return new PerfBufferReader(rings, { sample, lost, ctx, automatic });
    } catch (error) {
      return session.failPointer(errnoOf(resultOf(error)));
    }
  }

  function consume(reader: PerfBufferReader | null): number {
    const refused = unusable(reader);
    if (refused !== 0 || reader === null) return session.fail(refused);
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

    /** The same; flag 1: callbacks come by themselves, and what reads is -ENOTSUP. Deprecated on Windows. */
    ebpf_perf_buffer__new: (
      descriptor: number,
      page_count: number,
      sample: PerfBufferSample | null,
      lost: PerfBufferLost | null,
      ctx: unknown,
      options: { readonly flags?: number | bigint } | null = null,
    ): PerfBufferReader | null => {
      const automatic = (BigInt(options?.flags ?? 0) & AUTO_CALLBACK) !== 0n;
      return create(descriptor, page_count, sample, lost, ctx, automatic);
    },

    /** Hands out what there is: the number of records, or a negative errno. */
    perf_buffer__consume: consume,

    /** The same for one CPU's ring. */
    perf_buffer__consume_buffer(reader: PerfBufferReader | null, index: number): number {
      const refused = unusable(reader);
      if (refused !== 0 || reader === null) return session.fail(refused);
      if (index < 0 || index >= reader.rings.length) return session.fail(EINVAL);
      return reader.consume(index);
    },

    /** Hands out what there is; where there is nothing, waits for `timeout` ms (negative: for ever). */
    async perf_buffer__poll(reader: PerfBufferReader | null, timeout: number): Promise<number> {
      const refused = unusable(reader);
      if (refused !== 0 || reader === null) return session.fail(refused);
      return reader.event.poll(timeout, () => consume(reader));
    },

    perf_buffer__buffer_cnt: (reader: PerfBufferReader | null): number => reader?.rings.length ?? 0,

    /** Ends callbacks that come by themselves. */
    perf_buffer__free(reader: PerfBufferReader | null): void {
      for (const end of reader?.endings?.splice(0) ?? []) end();
    },

    /** What is signalled when a record was written; null for readers whose callbacks come by themselves. */
    ebpf_perf_buffer_get_wait_handle: (reader: PerfBufferReader | null): WaitEvent | null =>
      reader === null || reader.endings !== undefined ? null : reader.event,
  };
}

/** The errno of calls that read, where they are not for this reader; 0 where they are. */
function unusable(reader: PerfBufferReader | null): number {
  if (reader === null) return EINVAL;
  return reader.endings === undefined ? 0 : ENOTSUP;
}
