import type { RingView } from "../engine/index.ts";

/** A record that a program wrote to a ring buffer or perf event array. */
export interface RingRecord {
  /** The record's bytes, copied. */
  readonly data: Uint8Array;
  /** CPU whose ring it was in; 0 for ring buffers. */
  readonly cpu: number;
  /** Records of this CPU that found no room since the record before. */
  readonly lost: number;
}

/** Reads rings in turn, one record at a time: what nobody asks for stays in its ring, and the ring fills. */
export async function* readRecords(
  rings: readonly RingView[],
  signal?: AbortSignal,
): AsyncIterableIterator<RingRecord> {
  const lost = rings.map((ring) => ring.lost);
  while (!isAborted(signal)) {
    let found = false;
    for (const [cpu, ring] of rings.entries()) {
      const record = ring.read(ring.consumer);
      if (record === undefined) continue;
      found = true;
      ring.consumer = record.next;
      const missed = ring.lost - (lost[cpu] ?? 0);
      lost[cpu] = ring.lost;
      yield { data: record.data, cpu, lost: missed };
      if (isAborted(signal)) return;
    }
    if (!found) await nextRecord(rings, signal);
  }
}

function isAborted(signal: AbortSignal | undefined): boolean {
  return signal?.aborted === true;
}

/** Resolves when a ring gets a record, or `signal` aborts. */
function nextRecord(rings: readonly RingView[], signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    const stops: (() => void)[] = [];
    const wake = () => {
      for (const stop of stops) stop();
      signal?.removeEventListener("abort", wake);
      resolve();
    };
    for (const ring of rings) stops.push(ring.listen(wake));
    signal?.addEventListener("abort", wake, { once: true });
  });
}
