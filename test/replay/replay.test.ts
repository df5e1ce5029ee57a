import { mkdirSync, mkdtempSync, readdirSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { simulate } from "../../src/index.ts";
import { libbpf, WaitEvent } from "../../src/libbpf/index.ts";
import { shared } from "../shared.ts";
import { exceptions, replay, simulatedTarget } from "./index.mjs";

const given = shared("conformance/ebpfapi/given");
const kinds = given === undefined ? [] : readdirSync(given).sort();
const target = simulatedTarget({ simulate, libbpf, WaitEvent });

/** A recording of our own, next to nothing: a header and steps. */
function recording(steps: readonly object[]): string {
  const folder = mkdtempSync(join(tmpdir(), "winbpf-replay-"));
  const header = { scenario: "own", kind: "own", profile: "jit", cpus: 2, notes: [] };
  writeFileSync(join(folder, "own.jsonl"), [header, ...steps].map((line) => JSON.stringify(line)).join("\n"));
  mkdirSync(join(folder, "programs"));
  return folder;
}

describe("the replay of recordings", () => {
  const create = { call: "bpf_map_create", args: [1, { str: "m" }, 4, 4, 4, null], as: "m", ret: "fd" };

  it("given what Windows does, then every call is equal", async () => {
    const steps = [create, { call: "bpf_map_delete_elem", args: ["$m", "01000000"], ret: -2, errno: 2 }];
    expect(await replay(recording(steps), target)).toMatchObject({ scenarios: 1, calls: 2, equal: 2, different: [] });
  });

  it("given another result, errno or crash, then the difference is named", async () => {
    const steps = [
      create,
      { call: "bpf_map_delete_elem", args: ["$m", "01000000"], ret: 0 },
      { call: "bpf_map_delete_elem", args: ["$m", "01000000"], ret: -2, errno: 3 },
      { call: "bpf_map_delete_elem", args: ["$m", "01000000"], crash: true },
    ];
    const { equal, different } = await replay(recording(steps), target);
    expect(equal).toBe(1);
    expect(different.map(({ step, differences }) => [step, ...differences])).toEqual([
      [2, "/ret: recorded 0, replayed -2"],
      [3, "/errno: recorded 3, replayed 2"],
      [4, "/crash: Windows crashes, here it returned"],
    ]);
  });
});

describe.skipIf(given === undefined)("the simulated kernel, on what the real ebpfapi did", () => {
  it.each(kinds)(
    "%s",
    async (kind) => {
      const { different, scenarios } = await replay(join(given ?? "", kind), target);
      const unexpected = different.filter(({ scenario, call }) => !exceptions.has(`${scenario} ${call}`));
      expect(unexpected).toEqual([]);
      expect(scenarios).toBeGreaterThan(0);
    },
    180_000,
  );
});
