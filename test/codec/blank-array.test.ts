import { expect, test } from "vitest";
import { array, perCpu, u8 } from "../../src/codec/index.ts";

const made = (length: number): Uint8Array => Uint8Array.from({ length }, (_, index) => index % 251);

test.each([0, 1, 2, 17, 1024, 1025, 5000])(
  "given an array of %i values, when it is decoded, then it has all of them",
  (length) => {
    const bytes = made(length);
    expect(array(u8, length).decode(bytes, 0)).toStrictEqual([...bytes]);
  },
);

test.each([1, 2, 64, 1024, 1025])(
  "given values of %i CPUs, when they are decoded, then there is one for each",
  (cpus) => {
    const bytes = made(8 * cpus);
    expect(perCpu(u8, cpus).decode(bytes, 0)).toStrictEqual(Array.from({ length: cpus }, (_, cpu) => bytes[8 * cpu]));
  },
);

test("given an array that was decoded and changed, when another is decoded, then it knows nothing of that", () => {
  for (const codec of [array(u8, 3), array(u8, 2000)]) {
    const first = codec.decode(made(codec.size), 0);
    first.fill(9).push(9);
    expect(codec.decode(made(codec.size), 0)).toStrictEqual([...made(codec.size)]);
  }
});
