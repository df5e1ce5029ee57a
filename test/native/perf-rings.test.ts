import { describe, expect, it } from "vitest";
import type { Addon } from "../../src/native/addon.ts";
import { PerfRings } from "../../src/native/perf-rings.ts";
import { RecordReader } from "../../src/runtime/records.ts";

const CPUS = 2;
const RING_BYTES = 4096;
const RECORD_BYTES = 1000;

describe("perf event arrays", () => {
  it("given a reader that is slower than the programs, then no more waits for it than rings hold, and none is given twice", () => {
    let made = 0;
    const addon = {
      takePerf: () => {
        const records = Array.from({ length: 4 }, () => {
          const data = new Uint8Array(RECORD_BYTES);
          new DataView(data.buffer).setUint32(0, made++, true);
          return [1, data];
        });
        return { records, lost: [] };
      },
      closePerf: () => {},
    } as unknown as Addon;
    const { rings } = new PerfRings(addon, {} as never, CPUS, RING_BYTES, () => {});
    const reader = new RecordReader(rings, { assertOpen: () => {}, onClose: () => () => {} });
    for (let taken = 0; taken < 1000; taken++) {
      const record = reader.take();
      const number = record && new DataView(record.data.buffer).getUint32(0, true);
      expect(number).toBe(taken);
      // What was fetched last may come on top.
      expect((made - taken) * RECORD_BYTES).toBeLessThanOrEqual(CPUS * RING_BYTES + 5 * RECORD_BYTES);
    }
  });
});
