import { describe, expect, test } from "vitest";
import { type RunReport, runJson, runText } from "../../src/report/index.ts";

const report: RunReport = {
  program: "filter",
  section: "xdp",
  type: "xdp",
  verified: false,
  packets: 1500,
  bytes: 90_000,
  verdicts: new Map([
    [2, 500],
    [1, 999],
    [77, 1],
  ]),
  maps: [
    {
      name: "ports",
      type: "hash",
      entries: [
        [53, 2n ** 60n],
        [80, 3n],
      ],
      keyType: undefined,
      valueType: undefined,
    },
    { name: "__proto__", type: "array", entries: [], keyType: undefined, valueType: undefined },
  ],
  seconds: 0.5,
  btf: undefined,
};

describe("a run as JSON", () => {
  test("is the document that scripts are promised", () => {
    expect(JSON.parse(JSON.stringify(runJson({ ...report, maps: report.maps.slice(0, 1) })))).toEqual({
      program: "filter",
      section: "xdp",
      type: "xdp",
      verified: false,
      packets: 1500,
      bytes: 90_000,
      verdicts: { PASS: 999, DROP: 500, "77": 1 },
      maps: {
        ports: {
          type: "hash",
          entries: [
            [53, "1152921504606846976"],
            [80, 3],
          ],
        },
      },
      seconds: 0.5,
    });
  });

  test("keeps maps whose names mean something to JavaScript", () => {
    expect(JSON.stringify(runJson(report))).toContain('"__proto__":{"type":"array","entries":[]}');
  });
});

describe("a run as text", () => {
  test("says what ran and that nothing verified it", () => {
    expect(runText(report)).toContain("Program filter (section xdp, type xdp, not verified)");
    expect(runText(report)).toContain("1,500 packets, 90,000 bytes in 0.500 s, 3,000 packets/s");
  });

  test("names verdicts and gives others by number", () => {
    expect(runText(report)).toMatch(/PASS +999 +66\.6 %\n +DROP +500 +33\.3 %\n +77 +1 +0\.1 %/);
  });

  test("prints every map, and escapes what comes from the file", () => {
    const text = runText({
      ...report,
      program: "\x1b]0;pwned\x07",
      section: "xdp\u202e",
      maps: [{ name: "\x1b[2J", type: "hash", entries: [["\x1b[1m", "\r"]], keyType: undefined, valueType: undefined }],
    });
    expect(text).toContain('Map \\x1b[2J (hash, 1 entry)\n  Key        Value\n  "\\x1b[1m"  "\\r"\n');
    expect(text.replaceAll("\n", "")).not.toMatch(/\p{C}/u);
  });

  test("of no packets divides by nothing", () => {
    const text = runText({ ...report, packets: 0, bytes: 0, verdicts: new Map(), seconds: 0 });
    expect(text).toContain("0 packets, 0 bytes in 0.000 s\n");
    expect(text).not.toMatch(/NaN|Infinity/);
  });

  test("leaves out the zeros of large arrays and says how many", () => {
    const entries = Array.from({ length: 100 }, (_, index) => [index, index === 7 ? 5n : 0n] as const);
    const text = runText({ ...report, maps: [{ ...mapOf("array"), entries }] });
    expect(text).toContain("  7      5\n  (99 more are zero)\n");
    expect(runText({ ...report, maps: [{ ...mapOf("hash"), entries }] })).not.toContain("more are zero");
    expect(runText({ ...report, maps: [{ ...mapOf("array"), entries: entries.slice(0, 8) }] })).not.toContain("zero");
  });
});

const mapOf = (type: string) => ({ name: "m", type, keyType: undefined, valueType: undefined });
