import { describe, expect, it } from "vitest";
import { UsageError } from "../../../src/cli/failure.ts";
import { type MapVerb, runMapVerb } from "../../../src/cli/kernel/map-verbs.ts";
import { bytes, MapType, perCpu, type Runtime, simulate, u16, u32, u64 } from "../../../src/index.ts";

/** One line of `winbpf map`, on a kernel where a map is pinned to BPF:\m. */
async function run(runtime: Runtime, verb: MapVerb, ...words: string[]) {
  return runWith({ runtime, json: false }, verb, ...words);
}

async function runWith(
  { runtime, json, signal }: { runtime: Runtime; json: boolean; signal?: AbortSignal },
  verb: MapVerb,
  ...words: string[]
) {
  let stdout = "";
  let stderr = "";
  const io = {
    stdout: { write: (text: string) => (stdout += text) },
    stderr: { write: (text: string) => (stderr += text) },
    drained: async () => undefined,
    interruption: () => signal ?? new AbortController().signal,
  };
  const code = await runMapVerb(verb, { runtime, reference: "BPF:\\m", words, io, interval: 1, json });
  return { code, stdout, stderr };
}

const pinned = (make: (runtime: Runtime) => { pin(path: string): unknown }): Runtime => {
  const runtime = simulate({ cpus: 3 });
  make(runtime).pin("BPF:\\m");
  return runtime;
};

const words = () => pinned((runtime) => runtime.createMap({ type: MapType.HASH, key: u32, value: u64, maxEntries: 9 }));
const perCpus = (type: number) =>
  pinned((runtime) => runtime.createMap({ type, key: u32, value: perCpu(u16, runtime.cpus), maxEntries: 9 }));
const trie = (keySize: number) =>
  pinned((runtime) => runtime.createMap({ type: MapType.LPM_TRIE, key: bytes(keySize), value: u32, maxEntries: 9 }));

describe("winbpf map, whatever the kernel", () => {
  it.each([
    ["10", "10"],
    ["0x0A", "10"],
    ["-0x1", String(2n ** 64n - 1n)],
    ["hex:0a00000000000000", "10"],
    ["hex: 0a 00 00 00 00 00 00 00 ", "10"],
    ["0a:00:00:00:00:00:00:00", "10"],
  ])("given the value %j, then it reads as %s", async (text, number) => {
    const kernel = words();
    expect(await run(kernel, "set", "1", text)).toEqual({ code: 0, stdout: "", stderr: "" });
    expect(await run(kernel, "get", "1")).toMatchObject({ stdout: `${number}\n` });
  });

  it.each(["", " ", "1.5", "1e3", "0b1", "4294967296", "hex:", "hex:0", "hex:zz000000", "hex:0000000000", "--1"])(
    "given the key %j, which is none of four bytes, then the line is wrong",
    async (text) => {
      await expect(run(words(), "get", text)).rejects.toThrow(UsageError);
    },
  );

  it("given what dump prints of a value in hex, then set takes it", async () => {
    const kernel = pinned((runtime) =>
      runtime.createMap({ type: MapType.HASH, key: bytes(3), value: bytes(5), maxEntries: 9 }),
    );
    await run(kernel, "set", "hex:c0a801", "hex:0102030405");
    expect((await run(kernel, "dump")).stdout).toBe("c0 a8 01: 01 02 03 04 05\n");
    await run(kernel, "set", "c0 a8 01", "05 04 03 02 01");
    expect((await run(kernel, "get", "c0 a8 01")).stdout).toBe("05 04 03 02 01\n");
  });

  it.each([MapType.PERCPU_HASH, MapType.PERCPU_ARRAY, MapType.LRU_PERCPU_HASH])(
    "given a map of type %d, then a value is one for all CPUs, or one for each",
    async (type) => {
      const kernel = perCpus(type);
      await run(kernel, "set", "1", "7");
      expect((await run(kernel, "get", "1")).stdout).toBe("7, 7, 7\n");
      await run(kernel, "set", "1", "1, 2,hex:0300");
      expect((await runWith({ runtime: kernel, json: true }, "get", "1")).stdout).toBe(
        '{"key":"1","value":["1","2","3"]}\n',
      );
      await expect(run(kernel, "set", "1", "1,2")).rejects.toThrow("one for all CPUs, or 3");
    },
  );

  it("given a trie of IPv4 prefixes, then keys are written as addresses with their lengths", async () => {
    const kernel = trie(8);
    await run(kernel, "set", "10.0.0.0/8", "1");
    await run(kernel, "set", "hex:100000000a010000", "2");
    expect((await run(kernel, "dump")).stdout.trim().split("\n").toSorted()).toEqual([
      "10.0.0.0/8: 1",
      "10.1.0.0/16: 2",
    ]);
    expect((await run(kernel, "get", "10.1.2.3")).stdout).toBe("2\n");
    expect((await run(kernel, "get", "10.2.2.3/32")).stdout).toBe("1\n");
    expect(await run(kernel, "delete", "10.1.0.0/16")).toMatchObject({ code: 0 });
    expect(await run(kernel, "delete", "10.1.0.0/16")).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/no such key/),
    });
    for (const wrong of ["5", "10.0.0/8", "10.0.0.0/33", "/8", "10.0.0.0/", "10.0.0.0/8/8", "fd00::/8", ""]) {
      await expect(run(kernel, "get", wrong), wrong).rejects.toThrow(UsageError);
    }
  });

  it("given tries of IPv6 prefixes and of others, then keys read back", async () => {
    const six = trie(20);
    await run(six, "set", "fd00::/8", "1");
    expect((await run(six, "dump")).stdout).toBe("fd00::/8: 1\n");
    const other = trie(6);
    await run(other, "set", "0a0b/12", "1");
    expect((await run(other, "dump")).stdout).toBe("0a0b/12: 1\n");
  });

  it("given a map of maps, then a value is an id or a pin's path", async () => {
    const kernel = simulate();
    const inner = kernel.createMap({ type: MapType.ARRAY, key: u32, value: u32, maxEntries: 1 });
    kernel.createMap({ type: MapType.ARRAY_OF_MAPS, key: u32, inner, maxEntries: 2 }).pin("BPF:\\m");
    inner.pin("BPF:\\inner");
    expect(await run(kernel, "set", "0", "BPF:/inner")).toMatchObject({ code: 0 });
    expect(await run(kernel, "set", "1", String(inner.info.id))).toMatchObject({ code: 0 });
    expect((await run(kernel, "get", "1")).stdout).toBe(`${inner.info.id}\n`);
    await expect(run(kernel, "set", "1", "4000000000")).rejects.toThrow("No map has the id 4000000000");
  });

  it("given a queue, then get shows the next value, set adds one, and there are no keys", async () => {
    const kernel = pinned((runtime) => runtime.createMap({ type: MapType.QUEUE, value: u32, maxEntries: 2 }));
    expect(await run(kernel, "get")).toMatchObject({ code: 1, stderr: "winbpf: the queue is empty\n" });
    await run(kernel, "set", "7");
    await run(kernel, "set", "8");
    expect((await run(kernel, "get")).stdout).toBe("7\n");
    expect((await runWith({ runtime: kernel, json: true }, "get")).stdout).toBe('{"value":"7"}\n');
    await expect(run(kernel, "get", "1")).rejects.toThrow("no keys");
    await expect(run(kernel, "set", "1", "2")).rejects.toThrow("no keys");
    for (const verb of ["dump", "watch", "delete"] as const) await expect(run(kernel, verb)).rejects.toThrow("no keys");
  });

  it.each([MapType.RINGBUF, MapType.PERF_EVENT_ARRAY])(
    "given a ring of type %d, then the line says which command prints it",
    async (type) => {
      const kernel = pinned((runtime) => runtime.createMap({ type, maxEntries: 4096 }));
      await expect(run(kernel, "dump")).rejects.toMatchObject({ hint: expect.stringMatching(/winbpf events/) });
    },
  );

  it("given words that are missing, then the line is wrong", async () => {
    for (const [verb, ...given] of [["get"], ["set", "1"], ["delete"]] as const) {
      await expect(run(words(), verb, ...given)).rejects.toThrow(UsageError);
    }
  });

  it("given a map that changes while it is watched, then what is new, changed and gone is printed once", async () => {
    const kernel = words();
    const map = kernel.openPinnedMap("BPF:\\m", { key: u32, value: u64 });
    const controller = new AbortController();
    // What is done to the map when the watcher has said what it saw.
    const steps = [() => map.set(1, 2n).set(2, 2n), () => map.delete(1), () => controller.abort()];
    const seen: string[] = [];
    const io = {
      stdout: {
        write(text: string) {
          if (text === "") return;
          seen.push(...text.trim().split("\n").toSorted());
          steps.shift()?.();
        },
      },
      stderr: { write: () => undefined },
      drained: async () => undefined,
      interruption: () => controller.signal,
    };
    map.set(1, 1n);
    const command = { runtime: kernel, reference: "BPF:\\m", words: [], io, interval: 1, json: true };
    expect(await runMapVerb("watch", command)).toBe(130);
    expect(seen).toEqual([
      '{"key":"1","value":"1"}',
      '{"key":"1","value":"2"}',
      '{"key":"2","value":"2"}',
      '{"key":"1","value":null}',
    ]);
  });
});
