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

  it("given a kernel whose hooks nobody can fire, then a scenario ends before it is asked to", async () => {
    const fire = { macro: "fire", args: ["xdp", { data: "", ctx: null }], ret: 0 };
    const unfired = (header: Parameters<typeof target>[0]) => {
      const { door, newEvent, close } = target(header);
      return { door, newEvent, close };
    };
    const summary = await replay(recording([create, fire, create]), unfired);
    expect(summary).toMatchObject({ calls: 1, equal: 1, left: 2, different: [] });
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

describe("recordings that cannot be read", () => {
  const header = '{"scenario":"s","kind":"k","profile":"jit","cpus":2}';
  it.each([
    ["no JSON", `${header}\n{"call":`, 2],
    ["no object", `${header}\n\n7`, 3],
    ["a step before its scenario", '{"call":"bpf_map_create","args":[]}', 1],
    ["no kind", '{"scenario":"s"}', 1],
    ["a profile that there is not", '{"scenario":"s","kind":"k","profile":"native"}', 1],
    ["no number of CPUs", '{"scenario":"s","kind":"k","cpus":"many"}', 1],
    ["neither call nor macro", `${header}\n{"ret":0}`, 2],
    ["arguments that are no list", `${header}\n{"call":"bpf_map_create","args":{}}`, 2],
  ])("given %s, then an error with file and line", async (_, text, line) => {
    const file = join(mkdtempSync(join(tmpdir(), "winbpf-replay-")), "broken.jsonl");
    writeFileSync(file, text);
    await expect(replay(file, target)).rejects.toMatchObject({ name: "RecordingError", file, line });
  });

  it("given no file, then an error with its path; given a call that there is not, then it is named", async () => {
    await expect(replay("/no/such/folder", target)).rejects.toThrow(/no such file or folder/);
    const { different } = await replay(recording([{ call: "bpf_no_such_call", args: [], ret: 0 }]), target);
    expect(different[0]?.differences.join()).toContain("nothing replays bpf_no_such_call");
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
