import { expect, test } from "vitest";
import { progressLine } from "../../src/report/index.ts";

test("given a quarter of the work in two seconds, then six seconds are left", () => {
  expect(progressLine({ done: 0.25, packets: 3_000_000, seconds: 2 }, 100)).toBe(
    "[======                  ]   25 %  3,000,000 packets  1.5 M/s  0:06 left",
  );
});

test("given a narrow terminal, then parts are left out and the line never reaches the last column", () => {
  for (const columns of [1, 10, 30, 45, 60, 200]) {
    expect(progressLine({ done: 0.5, packets: 12_345, seconds: 100 }, columns).length).toBeLessThan(columns);
  }
});

test("given long runs, then hours are shown", () => {
  expect(progressLine({ done: 0.5, packets: 1, seconds: 3723 }, 200)).toContain("1:02:03 left");
});

test("given nothing done yet, then nothing is promised", () => {
  const line = progressLine({ done: 0, packets: 0, seconds: 0 }, 200);
  expect(line).not.toMatch(/NaN|Infinity|left/);
});
