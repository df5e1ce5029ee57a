import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import {
  array,
  btfCodec,
  bytes,
  EbpfError,
  MapType,
  netshText,
  openRuntime,
  parse,
  parseBtf,
  perCpu,
  reportJson,
  reportText,
  simulate,
  struct,
  text,
  u32,
  verify,
  verifyAll,
  withGlobals,
} from "../../src/index.ts";

const contract = (name: string) => resolve(import.meta.dirname, `../contract/programs/${name}.o`);

const transferred = new Uint8Array(8);
structuredClone(transferred.buffer, { transfer: [transferred.buffer] });

/** Values that callers without types may give for anything. */
const odd: readonly unknown[] = [
  ...[undefined, null, -1, 1.5, Number.NaN, 2 ** 53, -1n, "x", "", true, {}, []],
  ...[new Uint8Array(0), new Uint8Array(3), transferred, () => 1, Symbol("odd")],
];
const refused = expect.objectContaining({ code: "EBPF_INVALID_ARGUMENT", hint: expect.any(String) });
/** Members that take no arguments, or end what the others need. */
const left = new Set(["constructor", "close", "detach", "reopen"]);

async function targets(): Promise<Readonly<Record<string, object>>> {
  const runtime = simulate();
  const object = await runtime.load(contract("sections"));
  const { globals } = await simulate().load(contract("data"));
  const map = runtime.createMap({ type: MapType.HASH, key: u32, value: u32, maxEntries: 2 });
  const counts = perCpu(u32, runtime.cpus);
  return {
    runtime,
    object,
    globals,
    map,
    perCpu: runtime.createMap({ type: MapType.PERCPU_ARRAY, key: u32, value: counts, maxEntries: 2 }),
    ring: runtime.createMap({ type: MapType.RINGBUF, maxEntries: 4096 }),
    program: object.programs.get("second"),
    programs: object.programs,
    link: await object.programs.get("first").attach(),
    network: runtime.network,
    functions: { parse, withGlobals, verify, simulate, openRuntime },
    makers: { array, btfCodec, bytes, netshText, parseBtf, perCpu, reportJson, reportText, struct, text, verifyAll },
  };
}

function methodsOf(target: object): readonly string[] {
  const names = new Set<string>();
  for (let each = target; each !== Object.prototype; each = Object.getPrototypeOf(each)) {
    for (const name of Object.getOwnPropertyNames(each)) if (!left.has(name)) names.add(name);
  }
  return [...names].filter((name) => typeof Reflect.get(target, name) === "function");
}

/** Calls a method and waits for, or walks a little of, what it gives. */
async function call(target: object, name: string, given: readonly unknown[]): Promise<void> {
  const result: unknown = await Reflect.apply(Reflect.get(target, name), target, given);
  if (typeof result !== "object" || result === null || !(Symbol.iterator in result)) return;
  let walked = 0;
  for (const _ of result as Iterable<unknown>) if (++walked > 3) return;
}

describe("arguments of the wrong kind", () => {
  it.each([
    "runtime",
    "object",
    "globals",
    "map",
    "perCpu",
    "ring",
    "program",
    "programs",
    "link",
    "network",
    "functions",
    "makers",
  ])(
    "given to any method of the %s, then it works or throws an EbpfError, and the kernel still answers",
    async (what) => {
      const all = await targets();
      const target = all[what] ?? {};
      const wrong: string[] = [];
      for (const name of methodsOf(target)) {
        for (const first of odd) {
          for (const second of [undefined, null, "x", -1]) {
            try {
              await call(target, name, [first, second]);
            } catch (error) {
              if (!(error instanceof EbpfError)) wrong.push(`${what}.${name}: ${error}`);
            }
          }
        }
      }
      expect([...new Set(wrong)]).toEqual([]);
      const { map } = await targets();
      expect(Reflect.apply(Reflect.get(map ?? {}, "count"), map, [])).toBe(0);
    },
  );
});

it.each([
  { data: null },
  { data: "GET /" },
  { data: [1, 2] },
  { context: null },
  { repeat: -1 },
  { repeat: 1.5 },
  { repeat: Number.NaN },
  { repeat: 2 ** 31 },
])("given %j, then no run is made of it", async (options) => {
  const { program = {} } = await targets();
  await expect(Reflect.apply(Reflect.get(program, "run"), program, [options])).rejects.toThrow(refused);
  expect(() => Reflect.apply(Reflect.get(program, "trace"), program, [options])).toThrow(refused);
});

it("given something that is no signal, then readers, runs and verification refuse it at once", async () => {
  const { ring, program } = await targets();
  const signal = {};
  expect(() => Reflect.apply(Reflect.get(ring ?? {}, "records"), ring, [{ signal }])).toThrow(refused);
  await expect(Reflect.apply(Reflect.get(program ?? {}, "run"), program, [{ signal }])).rejects.toThrow(refused);
  expect(() => Reflect.apply(simulate().printk, simulate(), [{ signal }])).toThrow(refused);
});

describe("memory that is used up", () => {
  it("given a kernel with little memory, then EBPF_NO_MEMORY, what was there stays, and what is closed is free again", () => {
    const runtime = simulate({ memoryLimit: 8 << 20 });
    const make = (maxEntries: number) => runtime.createMap({ type: MapType.ARRAY, key: u32, value: u32, maxEntries });
    const small = make(4).set(1, 7);
    for (let round = 0; round < 5; round++) {
      const open: ReturnType<typeof make>[] = [];
      expect(() => {
        for (;;) open.push(make(100_000));
      }).toThrow(expect.objectContaining({ code: "EBPF_NO_MEMORY", native: { result: 12, errno: 12 } }));
      expect(open.length).toBeGreaterThan(2);
      for (const map of open) map.close();
      expect(small.get(1)).toBe(7);
    }
    expect([...runtime.ids("map")]).toHaveLength(1);
  });

  it("given a hash that fills the memory, then the entry that fails is not there and all others are", () => {
    const runtime = simulate({ memoryLimit: 4 << 20 });
    const map = runtime.createMap({ type: MapType.HASH, key: u32, value: u32, maxEntries: 1024 });
    let entries = 0;
    expect(() => {
      for (;;) map.set(entries++, 1);
    }).toThrow(expect.objectContaining({ code: "EBPF_NO_MEMORY" }));
    expect(map.has(entries - 1)).toBe(false);
    expect(map.has(entries - 2)).toBe(true);
    map.delete(0);
    expect(map.set(entries, 2).get(entries)).toBe(2);
  });
});

describe("options of the wrong kind", () => {
  const file = contract("sections");
  const runtime = simulate();
  const url = new URL("https://example.org/x.o");

  /** What a call rejects with, if it does. */
  async function thrown(work: () => Promise<{ close?(): void } | undefined>): Promise<unknown> {
    try {
      (await work())?.close?.();
      return undefined;
    } catch (error) {
      return error;
    }
  }

  it.each(["globals", "programs", "types", "maps", "pinRoot", "execution", "proofs"])(
    "given anything for load's %s, then it loads, or an EbpfError says what to give",
    async (option) => {
      for (const value of [...odd, { first: 1 }, { first: null }, { first: {} }, [1], "zzz", url]) {
        const options = Object.fromEntries([[option, value]]);
        const error = await thrown(() => runtime.load(file, options));
        if (error === undefined) continue;
        expect(error, `${option} ${typeof value}`).toBeInstanceOf(EbpfError);
        expect(error, `${option} ${typeof value}`).toHaveProperty("hint", expect.any(String));
      }
    },
  );

  it("given anything for an image, its object, or the file to load, then an EbpfError", async () => {
    for (const value of [...odd, url, "a\0b"]) {
      const wrong = value as never;
      for (const source of [{ native: wrong, elf: file }, { native: file, elf: wrong }, wrong]) {
        const error = await thrown(() => runtime.load(source));
        expect(error).toBeInstanceOf(EbpfError);
        expect(error).toHaveProperty("hint", expect.any(String));
      }
    }
  });

  it.each(["ifIndex", "compartment", "capture", "parameter", "cgroup"])(
    "given anything for attach's %s, then it is attached, or an EbpfError says what to give",
    async (option) => {
      const object = await runtime.load(file);
      const program = object.programs.get("first");
      for (const value of [...odd, Object.create(null)]) {
        const error = await thrown(() => program.attach(Object.fromEntries([[option, value]])));
        if (error === undefined) continue;
        expect(error, `${option} ${typeof value}`).toBeInstanceOf(EbpfError);
        expect(error, `${option} ${typeof value}`).toHaveProperty("hint", expect.any(String));
      }
    },
  );

  // Of several options none may be passed over in silence.
  it.each([
    { ifIndex: 1, compartment: 2 },
    { ifIndex: 1, capture: "all" },
    { ifIndex: 1, cgroup: "/sys/fs/cgroup" },
  ] as const)("given %j for an XDP program, then the option that it does not take is refused", async (options) => {
    const object = await runtime.load(file);
    await expect(object.programs.get("first").attach(options)).rejects.toMatchObject({
      code: "EBPF_INVALID_ARGUMENT",
      hint: expect.stringMatching(/^Leave it out/),
    });
    object.close();
  });

  it("given a function that is none for records, then EBPF_INVALID_ARGUMENT", () => {
    const ring = runtime.createMap({ type: MapType.RINGBUF, maxEntries: 4096 });
    for (const value of odd)
      if (typeof value !== "function") expect(() => ring.consume(value as never)).toThrow(refused);
  });

  // A path or name that C cuts at a NUL names something else.
  it("given a NUL in a path or a name, then EBPF_INVALID_ARGUMENT, and nothing is pinned or made", () => {
    const map = runtime.createMap({ type: MapType.HASH, key: u32, value: u32, maxEntries: 2 });
    const before = [...runtime.ids("map")];
    const path = "BPF:\\nul\0more";
    for (const work of [
      () => map.pin(path),
      () => runtime.unpin(path),
      () => runtime.openPinnedMap(path),
      () => runtime.createMap({ name: "a\0b", type: MapType.HASH, key: u32, value: u32, maxEntries: 2 }),
    ]) {
      expect(work).toThrow(refused);
    }
    expect([...runtime.pins()].map((pin) => pin.path)).not.toContain("BPF:\\nul");
    expect([...runtime.ids("map")]).toEqual(before);
  });
});

it("given parts of a spec that are none, codecs that are none, or a room that is none, then EBPF_INVALID_ARGUMENT with a hint", async () => {
  const runtime = simulate();
  const whole = { programs: [], maps: [], globals: [] };
  for (const part of Object.keys(whole)) {
    for (const value of [undefined, "x", new Map(), [undefined], [7]]) {
      await expect(runtime.load({ ...whole, [part]: value } as never)).rejects.toThrow(refused);
    }
  }
  const map = runtime.createMap({ type: MapType.HASH, key: bytes(4), value: bytes(4), maxEntries: 1 });
  for (const codecs of [{}, { key: bytes(4) }, { key: 7, value: 7 }, 7]) {
    expect(() => runtime.openMap(map.info.id, codecs as never)).toThrow(refused);
    expect(() => map.as((codecs as { key: never }).key, undefined as never)).toThrow(refused);
  }
  for (const program of [{}, { code: new Uint8Array(8) }, { references: [] }]) {
    await expect(runtime.load({ ...whole, programs: [program] } as never)).rejects.toThrow(refused);
  }
  expect(() => map.peek()).toThrow(refused);
  map.set(new Uint8Array(4), new Uint8Array(4));
  for (const batch of map.batches()) {
    for (const index of [Symbol("odd"), 1, -1, {}]) expect(() => batch.value(index as never)).toThrow(refused);
  }
  const program = [...(await runtime.load(contract("sections"))).programs][0];
  for (const room of [1n, -1, Number.NaN, {}]) await expect(program?.run({ room } as never)).rejects.toThrow(refused);
  runtime.close();
});
