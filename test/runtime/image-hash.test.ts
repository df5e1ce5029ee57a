import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { holdsHash } from "../../src/runtime/image-hash.ts";

const MEBIBYTE = 2 ** 20;

/** The answer, and the bytes of both that were gone through for each pause, on average. */
function worked(image: Uint8Array, elf: Uint8Array) {
  const work = holdsHash(image, elf);
  for (let pauses = 0; ; pauses++) {
    const { done, value } = work.next();
    if (done === true) return { holds: value, stride: (image.length + elf.length) / Math.max(1, pauses) };
  }
}

describe("the hash of an object file in its image", () => {
  const elf = Uint8Array.from({ length: 1000 }, (_, at) => at);
  const digest = createHash("sha256").update(elf).digest();

  it("given an image that holds it anywhere, at its ends, and over the border of two pieces too, then true", () => {
    const size = 300_000;
    const border = 128 * 1024;
    for (const at of [0, 1, border - 31, border - 16, border - 1, border, size - digest.length]) {
      const image = new Uint8Array(size);
      image.set(digest, at);
      expect([at, worked(image, elf).holds]).toEqual([at, true]);
    }
  });

  it("given one that does not, or not whole, then false", () => {
    const cut = new Uint8Array(1000);
    cut.set(digest.subarray(0, 31), 969);
    for (const image of [new Uint8Array(0), new Uint8Array(1000), cut]) expect(worked(image, elf).holds).toBe(false);
  });

  it("given tens of megabytes of both, then others get a turn at least each 256 KiB", () => {
    const { holds, stride } = worked(new Uint8Array(24 * MEBIBYTE), new Uint8Array(24 * MEBIBYTE));
    expect(holds).toBe(false);
    expect(stride).toBeLessThanOrEqual(MEBIBYTE / 4);
  });

  it("given an empty object file, then its hash is looked for, too", () => {
    const empty = createHash("sha256").digest();
    expect(worked(empty, new Uint8Array(0)).holds).toBe(true);
  });
});
