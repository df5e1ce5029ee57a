import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { InvalidCaptureError } from "../../src/errors.ts";
import { readCapture } from "../../src/net/index.ts";

const files = ["few.pcapng", "few-nanoseconds.pcap", "few-cut.pcap"];

describe("a broken capture", () => {
  test.each(files)(
    "given %s with bytes changed and its end cut, when read, then packets or a refusal with an offset",
    (name) => {
      const original = readFileSync(new URL(`../captures/${name}`, import.meta.url));
      const place = fc.oneof(fc.nat(original.length - 1), fc.nat(120));
      const byte = fc.oneof(fc.nat(255), fc.constantFrom(0, 1, 4, 0x7f, 0x80, 0xff));
      const changes = fc.array(fc.tuple(place, byte), { maxLength: 6 });
      fc.assert(
        fc.property(changes, fc.option(fc.nat(original.length)), (edits, length) => {
          const bytes = Uint8Array.from(original);
          for (const [at, value] of edits) bytes[at] = value;
          const file = length === null ? bytes : bytes.subarray(0, length);
          try {
            const capture = readCapture(file);
            let packets = 0;
            for (const { data, timestamp } of capture) {
              expect(data.byteOffset + data.length).toBeLessThanOrEqual(file.length);
              expect(timestamp).toBeTypeOf("bigint");
              packets++;
            }
            expect(packets).toBe(capture.packets);
          } catch (error) {
            if (!(error instanceof InvalidCaptureError)) throw error;
            expect(error.offset).toBeLessThanOrEqual(file.length);
          }
        }),
        { numRuns: 2000 },
      );
    },
  );
});
