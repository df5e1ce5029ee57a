import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { describe, expect, test, vi } from "vitest";
import { verify } from "../../src/verifier/index.ts";
import { programOf } from "./assembled.ts";
import { loopsInARow, nestedLoops, SHAPES, storesThatMeet } from "./shapes.ts";

/** Collects the garbage: what the tests before left would be freed in the middle, and make up for what grows. */
function collectGarbage(): void {
  setFlagsFromString("--expose-gc");
  runInNewContext("gc")();
}

/** Verifies while counting how often the event loop turns, and the longest that it had to wait. */
async function turnsOf(code: Uint8Array, steps?: number) {
  const { object, program } = programOf(code);
  let turns = 0;
  let longest = 0;
  let isOver = false;
  let last = performance.now();
  const turn = (): void => {
    const now = performance.now();
    longest = Math.max(longest, now - last);
    last = now;
    turns++;
    if (!isOver) setImmediate(turn);
  };
  setImmediate(turn);
  const start = performance.now();
  const report = await verify(object, program, steps === undefined ? {} : { budget: { steps } });
  isOver = true;
  return { report, turns, longest, milliseconds: performance.now() - start };
}

/** Slots that add 1 to r0, and an exit. */
function straightCode(count: number): Uint8Array {
  const code = new Uint8Array(8 * (count + 2));
  code.set([0xb7]);
  for (let slot = 1; slot <= count; slot++) code.set([0x07, 0, 0, 0, 1], 8 * slot);
  code.set([0x95], 8 * (count + 1));
  return code;
}

/** Code in which every slot but the last two jumps to the exit or goes on to the next. */
function wideCode(count: number): Uint8Array {
  const code = straightCode(count);
  code.set([0x61, 0x12, 24], 0);
  code.set([0xb7, 0, 0, 0, 0], 8);
  const view = new DataView(code.buffer);
  for (let slot = 2; slot <= count; slot++) {
    code.set([0x15, 0x02, 0, 0], 8 * slot);
    view.setInt16(8 * slot + 2, Math.min(30_000, count - slot), true);
    view.setInt32(8 * slot + 4, slot, true);
  }
  return code;
}

/** Slots that read behind the context, each on a way of its own: an error at every third instruction. */
function wrongCode(count: number): Uint8Array {
  const code = new Uint8Array(8 * (3 * count + 3));
  const view = new DataView(code.buffer);
  code.set([0x61, 0x12, 24], 0);
  for (let error = 0; error < count; error++) {
    const at = 8 * (3 * error + 1);
    code.set([0x55, 0x02, 2, 0], at);
    view.setInt32(at + 4, error, true);
    code.set([0x61, 0x13, 0xa0, 0x0f], at + 8);
    code.set([0xb7], at + 16);
  }
  code.set([0xb7], 8 * (3 * count + 1));
  code.set([0x95], 8 * (3 * count + 2));
  return code;
}

/** Other work on the machine makes single waits longer than they are; on the average it cannot. */
function expectTurns({ turns, milliseconds }: { readonly turns: number; readonly milliseconds: number }): void {
  expect(milliseconds / (turns + 1)).toBeLessThan(10 + milliseconds / 20);
}

describe("given programs made to be slow", () => {
  test.each([
    ["stack bytes that meet", storesThatMeet(256, 2)],
    ["twice as many of them, where PREVAIL needs more than 20 GB", storesThatMeet(512, 4)],
  ])(
    "%s are verified, and the event loop gets its turns meanwhile",
    async (_, code) => {
      const outcome = await turnsOf(code);
      expect(outcome.report.verdict).toBe("pass");
      expectTurns(outcome);
    },
    120_000,
  );

  test.each([
    ["deep loops", nestedLoops(400), 20_000],
    ["loops in a row", loopsInARow(400), 5_000],
    ["stack bytes that meet", storesThatMeet(512, 4), 4_500],
    ["a million instructions", straightCode(1_000_000), undefined],
    ["a jump of 100,000 ways", wideCode(100_000), undefined],
  ])(
    "%s end in a refusal that names the steps",
    async (_, code, steps) => {
      const outcome = await turnsOf(code, steps);
      expect(outcome.report).toMatchObject({ verdict: "fail", stage: "budget" });
      expect(outcome.report.findings[0]?.reason).toContain(`${steps ?? 300_000} steps`);
      expectTurns(outcome);
    },
    120_000,
  );

  test.each([
    ["straight code", straightCode(20_000), 1],
    ["branches", wrongCode(2000), 1],
    // Joins of some thousand relations each: a pause for every instruction would be too few.
    ["stack bytes that meet", storesThatMeet(256, 2), 2],
  ])(
    "%s pause at least with each instruction, however fast the machine is",
    async (_, code, pauses) => {
      const { object, program } = programOf(code);
      // A clock of its own, on which a thousandth of a second is a look at it: turns are counted, not timed.
      let looks = 0;
      const clock = vi.spyOn(performance, "now").mockImplementation(() => looks++);
      const report = await verify(object, program).finally(() => clock.mockRestore());
      expect(looks).toBeGreaterThan(pauses * report.statistics.visits);
    },
    120_000,
  );

  test("working arrays are no typed arrays, whose memory V8 frees while all else waits", async () => {
    const { object, program } = programOf(storesThatMeet(128, 2));
    let made = 0;
    vi.stubGlobal(
      "Int32Array",
      class extends Int32Array {
        constructor(length: number) {
          super(length);
          made++;
        }
      },
    );
    const report = await verify(object, program).finally(() => vi.unstubAllGlobals());
    expect(report.statistics.visits).toBeGreaterThan(500);
    expect(made).toBeGreaterThan(0);
    expect(made).toBeLessThan(100);
  });

  test("of programs that are verified one after another each gives others their turn", async () => {
    const { object, program } = programOf(straightCode(10));
    let turns = 0;
    let isOver = false;
    const turn = (): void => {
      turns++;
      if (!isOver) setImmediate(turn);
    };
    setImmediate(turn);
    for (let at = 0; at < 50; at++) await verify(object, program);
    isOver = true;
    expect(turns).toBeGreaterThanOrEqual(50);
  });

  test("of tens of thousands of errors the first thousand are explained, in a time that grows with their number", async () => {
    const cost = async (count: number): Promise<number> => {
      const { report, milliseconds } = await turnsOf(wrongCode(count));
      expect(report).toMatchObject({ verdict: "fail", stage: "analyze", errorCount: count });
      expect(report.findings).toHaveLength(1000);
      expect(report.findings.at(-1)?.path.length).toBe(500);
      return milliseconds;
    };
    await cost(1500);
    const ratios: number[] = [];
    for (let round = 0; round < 3; round++) {
      const before = await cost(3000);
      ratios.push((await cost(12_000)) / before);
    }
    expect(Math.min(...ratios)).toBeLessThan(8);
  }, 120_000);

  test("memory has a limit, too", async () => {
    const { object, program } = programOf(storesThatMeet(512, 4));
    collectGarbage();
    const report = await verify(object, program, { budget: { bytes: 5_000_000 } });
    expect(report).toMatchObject({ verdict: "fail", stage: "budget" });
    expect(report.findings[0]?.reason).toContain("5000000 bytes");
  }, 120_000);

  test.each([
    ["stack bytes that meet", storesThatMeet(512, 4)],
    ["deep loops", nestedLoops(1000)],
    ["a million instructions", straightCode(1_000_000)],
  ])(
    "a signal ends %s soon",
    async (_, code) => {
      const { object, program } = programOf(code);
      const start = performance.now();
      await expect(verify(object, program, { signal: AbortSignal.timeout(20) })).rejects.toMatchObject({
        code: "EBPF_ABORTED",
      });
      expect(performance.now() - start).toBeLessThan(2000);
    },
    60_000,
  );
});

test("given a signal 20 ms into a long analysis, the analysis ends within 30 ms", async () => {
  const { object, program } = programOf(storesThatMeet(512, 4));
  const delays: number[] = [];
  for (let round = 0; round < 5; round++) {
    const controller = new AbortController();
    let aborted = Number.POSITIVE_INFINITY;
    setTimeout(() => {
      aborted = performance.now();
      controller.abort();
    }, 20);
    await expect(verify(object, program, { signal: controller.signal })).rejects.toMatchObject({
      code: "EBPF_ABORTED",
    });
    delays.push(performance.now() - aborted);
  }
  // The best of some: other work on the machine only ever adds.
  expect(Math.min(...delays)).toBeLessThan(30);
}, 60_000);

describe("given programs four times as large", () => {
  test.each(Object.entries(SHAPES))(
    "%s: the cost grows about four times",
    async (_, shape) => {
      const small = shape(4000);
      const large = shape(16_000);
      const cost = async (code: Uint8Array): Promise<number> => {
        const { report } = await turnsOf(code);
        expect(report.verdict).toBe("pass");
        const { prepare, analyze } = report.statistics.milliseconds;
        return prepare + analyze;
      };
      await cost(small);
      const ratios: number[] = [];
      for (let round = 0; round < 3; round++) {
        const before = await cost(small);
        ratios.push((await cost(large)) / before);
      }
      // Twice the share that is due, for noise; a quadratic pass makes it sixteen.
      expect(Math.min(...ratios)).toBeLessThan(8);
    },
    120_000,
  );
});
