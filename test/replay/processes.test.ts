import { appendFileSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { simulate } from "../../src/index.ts";
import { libbpf, WaitEvent } from "../../src/libbpf/index.ts";
import { journalWatch, replay, replayInProcesses, simulatedTarget } from "./index.mjs";

const target = simulatedTarget({ simulate, libbpf, WaitEvent });
const create = { call: "bpf_map_create", args: [1, { str: "m" }, 4, 4, 4, null], as: "m", ret: "fd" };
/** Held by whoever has the first map of a kernel: upstream's first id is 2 (recordings, ids/next_id). */
const firstId = {
  call: "bpf_map_get_next_id",
  args: [0, { out: "next_id", size: 4 }],
  ret: 0,
  out: { next_id: "02000000" },
};
const close = { call: "ebpf_close_fd", args: ["$m"], ret: 0 };

/** Scenarios a, b, … of these steps. */
function recording(...scenarios: readonly (readonly object[])[]): string {
  const folder = mkdtempSync(join(tmpdir(), "winbpf-processes-"));
  for (const [index, steps] of scenarios.entries()) {
    const scenario = String.fromCharCode(97 + index);
    const lines = [{ scenario, kind: "own", profile: "jit", cpus: 2 }, ...steps].map((line) => JSON.stringify(line));
    writeFileSync(join(folder, `${scenario}.jsonl`), lines.join("\n"));
  }
  return folder;
}

/** Processes that share one kernel while they live, and end where `ends` says so. */
function processes(path: string, ends: (at: number, alone: boolean) => boolean = () => false) {
  const started: (number | undefined)[] = [];
  const start = async ({ journal, only }: { journal: string; only?: number }) => {
    started.push(only);
    const header = { scenario: "", kind: "", profile: "jit", cpus: 2 };
    const kernel = target(header);
    const watch = journalWatch(journal, only);
    const begun = (at: number) => {
      watch.begun?.(at);
      // Cut off in the middle of a line.
      if (!ends(at, only !== undefined)) return;
      appendFileSync(journal, '\n{"ended":');
      throw new Error("the process ends");
    };
    await replay(path, () => ({ ...kernel, close: () => {} }), { ...watch, begun }).catch(() => {});
  };
  return { start, started };
}

describe("a replay in processes", () => {
  it("given scenarios that need a fresh kernel, then what differs in a used one is replayed alone", async () => {
    const path = recording([create, close], [create, firstId]);
    const { start, started } = processes(path);
    expect(await replayInProcesses(path, start)).toMatchObject({ scenarios: 2, calls: 4, equal: 4, different: [] });
    expect(started).toEqual([undefined, 1]);
  });

  it("given what differs on a fresh kernel, too, then the difference is told once", async () => {
    const path = recording([create, firstId], [create, { ...firstId, ret: -2, out: undefined }]);
    const { start, started } = processes(path);
    const { equal, different } = await replayInProcesses(path, start);
    expect(equal).toBe(3);
    expect(different).toMatchObject([
      { scenario: "b", file: join(path, "b.jsonl"), step: 2, differences: ["/ret: recorded -2, replayed 0"] },
    ]);
    expect(started).toEqual([undefined, 1]);
  });

  it("given a process that ends in a scenario, then another goes on behind it, and the scenario is tried alone", async () => {
    const path = recording([create], [create], [create]);
    const { start, started } = processes(path, (at, alone) => at === 1 && !alone);
    expect(await replayInProcesses(path, start)).toMatchObject({ scenarios: 3, calls: 3, equal: 3, different: [] });
    expect(started).toEqual([undefined, undefined, 1]);
  });

  it("given a scenario that ends every process, then none of its calls is equal, and the others are", async () => {
    const path = recording([create], [create, firstId]);
    const { start, started } = processes(path, (at) => at === 1);
    const { equal, calls, different } = await replayInProcesses(path, start);
    expect({ equal, calls }).toEqual({ equal: 1, calls: 3 });
    expect(different).toMatchObject([{ scenario: "b", differences: ["/crash: the process ended, 3 times"] }]);
    expect(started).toEqual([undefined, 1, 1, 1]);
  });

  it("given processes that never begin, then an error", async () => {
    const path = recording([create]);
    await expect(replayInProcesses(path, async () => {})).rejects.toThrow(/no process gets through/);
  });
});
