import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type ArenaName, Memory } from "../../src/vm/index.ts";

const PAGE = 65_536;

describe("memory", () => {
  test("given allocations, then they are zeroed, aligned, apart, never in page 0, and arenas share no page", () => {
    const step = fc.tuple(fc.nat(5000), fc.constantFrom<ArenaName>("data", "metadata"), fc.boolean(), fc.nat());
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const memory = new Memory({ limit: 8 * 1024 * 1024 });
        const live: { start: number; end: number; arena: ArenaName }[] = [];
        const owner = new Map<number, ArenaName>();
        for (const [bytes, arena, isFree, which] of steps) {
          const victim = live[which % Math.max(live.length, 1)];
          if (isFree && victim !== undefined) {
            memory.free(victim.start);
            live.splice(live.indexOf(victim), 1);
            continue;
          }
          const start = memory.allocate(bytes, arena);
          const end = start + bytes;
          expect(start).toBeGreaterThanOrEqual(PAGE);
          expect(start % 8).toBe(0);
          expect(memory.bytes.subarray(start, end).every((byte) => byte === 0)).toBe(true);
          expect(live.every((other) => end <= other.start || start >= other.end)).toBe(true);
          for (let page = Math.floor(start / PAGE); page * PAGE < end; page++) {
            expect(owner.get(page) ?? arena).toBe(arena);
            owner.set(page, arena);
          }
          memory.bytes.fill(0xff, start, end);
          live.push({ start, end, arena });
        }
        for (const { start } of live) memory.free(start);
        expect(memory.used).toBe(0);
      }),
      { numRuns: 30 },
    );
  });

  test("given more than the limit, then EBPF_NO_MEMORY, and what was freed is had again", () => {
    const memory = new Memory({ limit: 4 * 1024 * 1024 });
    const first = memory.allocate(2_000_000, "data");
    expect(() => memory.allocate(3_000_000, "data")).toThrow(expect.objectContaining({ code: "EBPF_NO_MEMORY" }));
    memory.free(first);
    memory.free(memory.allocate(2_000_000, "data"));
    expect(memory.used).toBe(0);
  });

  test("given sizes and addresses that are none, then EBPF_INVALID_ARGUMENT", () => {
    const memory = new Memory({ limit: 1024 * 1024 });
    for (const work of [
      () => memory.allocate(-1, "data"),
      () => memory.allocate(0.5, "data"),
      () => memory.allocate(Number.NaN, "data"),
      () => memory.free(PAGE),
      () => new Memory({ limit: 2 ** 31 }),
    ]) {
      expect(work).toThrow(expect.objectContaining({ code: "EBPF_INVALID_ARGUMENT" }));
    }
  });
});
