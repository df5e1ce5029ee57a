// A long life of one simulated kernel: random calls on maps, programs, links, pins, nested maps, rings and objects, with
// faults, aborts, callbacks that throw and things closed in any order. Whatever happens is a typed error; every now and
// then everything is closed, and then nothing may be left: no object, no reference, no region, no byte of memory.
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";

const root = resolve(import.meta.dirname, "..");
const MOST_OPEN = 40;
const ROUNDS = 10;
const MEMORY = 2 << 20;
const XDP = 1;
const CPUS = 2;
const LARGEST_BATCH = 32;
const LARGEST_RECORD = 300;
const LARGEST_PACKET = 128;

/** A small generator of numbers (mulberry32): a run is its seed. */
function generator(seed) {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000) * below);
  };
}

/** Programs by what they do with the map in slot 0; `fault` and `endless` never return. */
const programs = {
  count:
    "lddw %r1, 0\nmov %r2, %r10\nadd %r2, -8\nstdw [%r10-8], 1\ncall 1\njeq %r0, 0, +3\nldxb %r1, [%r0]\nadd %r1, 1\nstxb [%r0], %r1\nmov %r0, 1\nexit",
  update:
    "lddw %r1, 0\nmov %r2, %r10\nadd %r2, -8\nstdw [%r10-8], 2\nmov %r3, %r10\nadd %r3, -72\nmov %r4, 0\ncall 2\nmov %r0, 1\nexit",
  remove: "lddw %r1, 0\nmov %r2, %r10\nadd %r2, -8\nstdw [%r10-8], 2\ncall 3\nmov %r0, 2\nexit",
  push: "lddw %r1, 0\nmov %r2, %r10\nadd %r2, -72\nmov %r3, 2\ncall 16\nmov %r0, 1\nexit",
  write: "lddw %r1, 0\nmov %r2, %r10\nadd %r2, -64\nmov %r3, 24\nmov %r4, 0\ncall 11\nmov %r0, 1\nexit",
  jump: "mov %r6, %r1\nlddw %r2, 0\nmov %r3, 1\nmov %r1, %r6\ncall 5\nmov %r0, 1\nexit",
  fault: "lddw %r1, 0\nmov %r1, 64\nldxdw %r0, [%r1]\nexit",
  endless: "lddw %r1, 0\nmov %r0, 0\nja -1",
};

class Mine extends Error {}

class Soak {
  constructor({ api, isa, kernelOf }, seed) {
    this.api = api;
    this.random = generator(seed);
    this.runtime = api.simulate({ verify: false, memoryLimit: MEMORY, limits: { instructions: 2000 }, seed });
    this.engine = this.runtime.engine;
    this.kernel = kernelOf(this.runtime);
    this.code = Object.fromEntries(Object.entries(programs).map(([name, text]) => [name, isa.assemble(text)]));
    this.object = readFileSync(join(root, "test/programs/count_ports.o"));
    this.spec = api.parse(this.object);
    this.errors = new Map();
    this.open = { map: [], program: [], link: [], reader: [], object: [], map2: [] };
    this.lastId = 0;
    this.operations = Object.keys(actions);
  }

  pick(list) {
    return list[this.random(list.length)];
  }

  bytes(size) {
    const bytes = new Uint8Array(size);
    for (let at = 0; at < size; at++) bytes[at] = this.random(6);
    return bytes;
  }

  /** Does something; what is not a typed error goes on up. */
  async step() {
    const name = this.pick(this.operations);
    try {
      await actions[name](this);
    } catch (error) {
      if (error instanceof Mine) return;
      const code = error instanceof Error ? error.code : undefined;
      if (typeof code !== "string" || !code.startsWith("EBPF_")) throw error;
      this.errors.set(code, (this.errors.get(code) ?? 0) + 1);
    }
  }

  take(list) {
    return list.length === 0 ? undefined : list.splice(this.random(list.length), 1)[0];
  }

  keep(kind, thing) {
    const list = this.open[kind];
    list.push(thing);
    if (list.length > MOST_OPEN) this.take(list).close();
  }

  key(map) {
    const key = this.bytes(map.info.keySize);
    // Of prefixes, mostly ones that can be.
    if (map.info.type === this.api.MapType.LPM_TRIE) key.set([this.random(36), 0, 0, 0]);
    return key;
  }

  value(map) {
    const one = () => this.bytes(map.info.valueSize);
    return map.type.includes("percpu") ? [one(), one()] : one();
  }

  /** Lets what calls pass their data through grow to the largest that will be asked for; it stays. */
  async warm() {
    const { MapType, bytes, perCpu } = this.api;
    const map = this.runtime.createMap({
      type: MapType.PERCPU_HASH,
      key: bytes(8),
      value: perCpu(bytes(64), CPUS),
      maxEntries: 64,
    });
    for (let n = 0; n < 64; n++)
      map.set(Uint8Array.of(n, 0, 0, 0, 0, 0, 0, 0), [new Uint8Array(64), new Uint8Array(64)]);
    const batches = [...map.batches(LARGEST_BATCH)];
    const ring = this.runtime.createMap({ type: MapType.RINGBUF, key: bytes(0), value: bytes(0), maxEntries: 4096 });
    this.engine.writeRing(ring.handle, new Uint8Array(LARGEST_RECORD));
    this.open.map.push(map, ring);
    const code = this.code.count.slice();
    code[1] |= 0x10;
    const options = {
      name: "warm",
      type: "xdp",
      section: "xdp",
      code,
      lines: [],
      maps: [{ slot: 0, map: map.handle }],
    };
    const handle = await this.engine.loadProgram(options);
    this.open.program.push({ handle, close: () => this.engine.close(handle) });
    await this.engine.testRun(handle, { data: new Uint8Array(LARGEST_PACKET) });
    return batches;
  }

  /** What must hold at any time. */
  check() {
    const { kernel } = this;
    const alive = [...kernel.objects];
    const problems = [];
    for (const object of alive) if (!object.alive) problems.push(`object ${object.id} is listed, but dead`);
    for (let at = 1; at < alive.length; at++) if (alive[at].id <= alive[at - 1].id) problems.push("ids do not grow");
    const most = alive.at(-1)?.id ?? 0;
    if (most !== 0 && most < this.lastId) problems.push("an id was used again");
    this.lastId = Math.max(this.lastId, most);
    if (kernel.memory.used > MEMORY) problems.push("more memory is used than there is");
    if (kernel.running !== undefined) problems.push("a program is said to run");
    const maps = alive.filter(({ kind }) => kind === "map").length;
    if (kernel.mapsByAddress.size !== maps) problems.push(`${kernel.mapsByAddress.size} addresses of ${maps} maps`);
    return problems;
  }

  /** Closes all, in any order, and takes pins and kept links away: what is left then is a leak. */
  async end() {
    const { engine, kernel, open } = this;
    const all = Object.values(open).flatMap((list) => list.splice(0));
    while (all.length > 0) await this.take(all).close();
    for (let pin = engine.nextPin(""); pin !== undefined; pin = engine.nextPin("")) engine.unpin(pin.path);
    for (let id = engine.nextId("link", 0); id !== undefined; id = engine.nextId("link", 0)) {
      const link = engine.openId("link", id);
      engine.detach(link);
      engine.close(link);
    }
    const problems = this.check();
    const left = [...kernel.objects].map(({ kind, id }) => `${kind} ${id}`);
    if (left.length > 0) problems.push(`never freed: ${left.join(", ")}`);
    return { problems, used: kernel.memory.used, regions: [...kernel.regions].length };
  }
}

/** Bytes of values: programs write up to 64 of their frames. */
const sizes = [1, 4, 8, 24, 64];

const actions = {
  createMap(soak) {
    const { MapType, bytes, perCpu } = soak.api;
    const kinds = [
      "HASH",
      "ARRAY",
      "PERCPU_HASH",
      "PERCPU_ARRAY",
      "LRU_HASH",
      "LRU_PERCPU_HASH",
      "LPM_TRIE",
      "QUEUE",
      "STACK",
      "RINGBUF",
      "PERF_EVENT_ARRAY",
    ];
    const name = soak.pick(kinds);
    const isRing = name === "RINGBUF" || name === "PERF_EVENT_ARRAY";
    const isQueue = name === "QUEUE" || name === "STACK";
    const keySize = isRing || isQueue ? 0 : name === "LPM_TRIE" ? 8 : name.includes("ARRAY") ? 4 : soak.pick([4, 8]);
    const valueSize = isRing ? 0 : soak.pick(sizes);
    // Now and then far more than there is.
    const entries = soak.random(20) === 0 ? 1 << 16 : 1 + soak.random(64);
    const maxEntries = isRing ? 4096 << soak.random(soak.random(20) === 0 ? 10 : 3) : entries;
    const map = soak.runtime.createMap({
      name,
      type: MapType[name],
      key: bytes(keySize),
      value: name.includes("PERCPU") ? perCpu(bytes(valueSize), CPUS) : bytes(valueSize),
      maxEntries,
    });
    soak.keep("map", map);
  },
  createNested(soak) {
    const { MapType } = soak.api;
    const inner = soak.pick(soak.open.map);
    if (inner === undefined) return;
    const type = soak.pick([MapType.ARRAY_OF_MAPS, MapType.HASH_OF_MAPS, MapType.PROG_ARRAY]);
    const options = { name: "outer", type, keySize: 4, valueSize: 4, maxEntries: 1 + soak.random(8) };
    const handle = soak.engine.createMap(type === MapType.PROG_ARRAY ? options : { ...options, inner: inner.handle });
    soak.keep("map2", { handle, close: () => soak.engine.close(handle) });
  },
  nest(soak) {
    const outer = soak.pick(soak.open.map2);
    const object = soak.pick(soak.pick([soak.open.map, soak.open.program, soak.open.map2]));
    if (outer === undefined) return;
    soak.engine.updateObject(
      outer.handle,
      Uint8Array.of(soak.random(8), 0, 0, 0),
      soak.random(4) === 0 ? undefined : object?.handle,
      0,
    );
  },
  openNested(soak) {
    const outer = soak.pick(soak.open.map2);
    const found = outer && soak.engine.lookup(outer.handle, Uint8Array.of(soak.random(8), 0, 0, 0));
    if (found?.length !== 4) return;
    const id = new DataView(found.buffer, found.byteOffset).getUint32(0, true);
    const handle = soak.engine.openId(soak.pick(["map", "program"]), id);
    if (handle !== undefined) soak.keep("map2", { handle, close: () => soak.engine.close(handle) });
  },
  closeMap: (soak) => soak.take(soak.pick([soak.open.map, soak.open.map2]))?.close(),
  closeProgram: (soak) => soak.take(soak.open.program)?.close(),
  closeLink: (soak) => soak.take(soak.open.link)?.close(),
  closeObject: (soak) => soak.take(soak.open.object)?.close(),
  closeTwice(soak) {
    const map = soak.take(soak.open.map);
    map?.close();
    map?.close();
    map?.get(new Uint8Array(4));
  },
  write(soak) {
    const map = soak.pick(soak.open.map);
    if (map === undefined) return;
    const mode = soak.pick(["any", "create", "replace"]);
    // Wrong sizes too.
    const key = soak.random(50) === 0 ? soak.bytes(3) : soak.key(map);
    if (soak.random(3) === 0) map.push(soak.bytes(map.info.valueSize), { replace: soak.random(2) === 0 });
    else map.set(key, soak.random(50) === 0 ? soak.bytes(5) : soak.value(map), mode);
  },
  writeAll(soak) {
    const map = soak.pick(soak.open.map);
    if (map === undefined) return;
    map.setMany(Array.from({ length: soak.random(32) }, () => [soak.key(map), soak.value(map)]));
  },
  read(soak) {
    const map = soak.pick(soak.open.map);
    if (map === undefined) return;
    const key = soak.key(map);
    soak.pick([
      () => map.get(key),
      () => map.has(key),
      () => map.take(key),
      () => map.delete(key),
      () => map.pop(),
      () => map.peek(),
    ])();
  },
  list(soak) {
    const map = soak.pick(soak.open.map);
    if (map === undefined) return;
    soak.pick([
      () => [...map],
      () => [...map.batches(1 + soak.random(LARGEST_BATCH))],
      () => map.count(),
      () => map.clear(),
    ])();
  },
  listAndClose(soak) {
    const map = soak.pick(soak.open.map);
    if (map === undefined) return;
    for (const _ of map.keys()) {
      const chance = soak.random(8);
      if (chance < 2) map.close();
      else if (chance < 4) map.clear();
    }
  },
  writeRing(soak) {
    const map = soak.pick(soak.open.map);
    if (map !== undefined) soak.engine.writeRing(map.handle, soak.bytes(soak.random(LARGEST_RECORD)));
  },
  consume(soak) {
    const map = soak.pick(soak.open.map);
    map?.consume(() => {
      const chance = soak.random(30);
      if (chance === 0) throw new Mine();
      if (chance === 1) map.close();
      return chance !== 2;
    });
  },
  async readRecord(soak) {
    const map = soak.pick(soak.open.map);
    if (map === undefined) return;
    const stop = new AbortController();
    const records = map.records({ signal: stop.signal });
    const asked = records.next();
    if (soak.random(2) === 0) stop.abort();
    else await records.return();
    await asked;
  },
  async load(soak) {
    const { pick, open } = soak;
    const map = pick.call(soak, pick.call(soak, [open.map, open.map, open.map2]));
    if (map === undefined) return;
    const name = soak.pick(Object.keys(programs));
    const code = soak.code[name].slice();
    const slot = name === "jump" ? 1 : 0;
    code[slot * 8 + 1] |= 0x10;
    const handle = await soak.engine.loadProgram({
      name,
      type: "xdp",
      section: "xdp",
      code,
      lines: [],
      maps: [{ slot, map: map.handle }],
    });
    soak.keep("program", { handle, close: () => soak.engine.close(handle) });
  },
  async loadObject(soak) {
    if (soak.random(4) !== 0) return;
    soak.keep("object", await soak.runtime.load(soak.spec));
  },
  async loadBroken(soak) {
    if (soak.random(10) !== 0) return;
    const bytes = soak.object.slice();
    for (let count = soak.random(8); count >= 0; count--) bytes[soak.random(bytes.length)] = soak.random(256);
    soak.keep("object", await soak.runtime.load(bytes));
  },
  async attach(soak) {
    const program = soak.pick(soak.open.program);
    if (program === undefined) return;
    const handle = await soak.engine.attach(program.handle, XDP, Uint8Array.of(soak.random(4), 0, 0, 0));
    soak.keep("link", { handle, close: () => soak.engine.close(handle) });
  },
  detach(soak) {
    const link = soak.pick(soak.open.link);
    if (link !== undefined) soak.engine.detach(link.handle);
  },
  keepLink(soak) {
    const link = soak.pick(soak.open.link);
    if (link !== undefined && soak.random(10) === 0) soak.engine.keepLink(link.handle);
  },
  receive: (soak) =>
    soak.runtime.network.receive(1 + soak.random(4), soak.bytes(14 + soak.random(LARGEST_PACKET - 14))),
  async run(soak) {
    const program = soak.pick(soak.open.program);
    if (program === undefined) return;
    await soak.engine.testRun(program.handle, {
      data: soak.bytes(64),
      repeat: 1 + soak.random(3),
      cpu: soak.random(3),
    });
  },
  trace(soak) {
    const program = soak.pick(soak.open.program);
    if (program === undefined) return;
    let left = soak.random(20);
    for (const _ of soak.engine.trace(program.handle, { data: soak.bytes(64) })) if (left-- === 0) break;
  },
  watch(soak) {
    const program = soak.pick(soak.open.program);
    if (program === undefined) return;
    const stop = soak.engine.watch(program.handle, () => {});
    try {
      soak.runtime.network.receive(1, soak.bytes(64));
    } finally {
      stop();
    }
  },
  pin(soak) {
    const thing = soak.pick(soak.pick([soak.open.map, soak.open.program, soak.open.link, soak.open.map2]));
    if (thing !== undefined) soak.engine.pin(thing.handle, `BPF:\\pin${soak.random(12)}`);
  },
  unpin: (soak) => soak.engine.unpin(`BPF:\\pin${soak.random(12)}`),
  openPin(soak) {
    const handle = soak.engine.openPin(`BPF:\\pin${soak.random(12)}`);
    soak.keep("map2", { handle, close: () => soak.engine.close(handle) });
  },
  duplicate(soak) {
    const thing = soak.pick(soak.pick([soak.open.map, soak.open.program, soak.open.link]));
    if (thing === undefined) return;
    const handle = soak.engine.duplicate(thing.handle);
    soak.keep("map2", { handle, close: () => soak.engine.close(handle) });
  },
  cpu(soak) {
    soak.runtime.cpu = soak.random(2);
  },
};

/**
 * Runs so many operations; `modules` is the public API and the instruction set, from wherever, and how to reach a
 * runtime's kernel. Ends at the first thing that should not be, which `problem` then tells.
 */
export async function soak(modules, { count, seed, log = () => {} }) {
  const life = new Soak(modules, seed);
  await life.warm();
  const initial = await life.end();
  const used = [];
  const rounds = Math.min(ROUNDS, count);
  for (let round = 0, done = 0; round < rounds; round++) {
    for (const until = Math.floor((count * (round + 1)) / rounds); done < until; done++) {
      try {
        await life.step();
      } catch (error) {
        return { errors: life.errors, used, problem: `seed ${seed}, operation ${done}: ${error.stack}` };
      }
      const problems = done % 1000 === 0 ? life.check() : [];
      if (problems.length > 0)
        return { errors: life.errors, used, problem: `seed ${seed}, operation ${done}: ${problems}` };
    }
    const { problems, used: bytes, regions } = await life.end();
    used.push(bytes);
    if (regions !== initial.regions) problems.push(`${regions} regions are left of ${initial.regions}`);
    if (bytes !== initial.used) problems.push(`${bytes} bytes are in use, ${initial.used} were at first`);
    if (problems.length > 0) return { errors: life.errors, used, problem: `seed ${seed}, round ${round}: ${problems}` };
    log(`round ${round + 1}: ${done} operations, ${bytes} bytes in use when all is closed, ids up to ${life.lastId}`);
  }
  return { errors: life.errors, used, problem: undefined };
}

export async function main({ count, seed }) {
  const api = await import("../lib/index.js");
  const isa = await import("../lib/isa/index.js");
  const start = Date.now();
  const { errors, problem } = await soak(
    { api, isa, kernelOf: ({ engine }) => engine.kernel },
    { count, seed, log: console.log },
  );
  console.log([...errors].map(([code, times]) => `${code} ${times}`).join(", "));
  console.log(problem ?? `${count} operations in ${Math.round((Date.now() - start) / 1000)} s: nothing is left`);
  if (problem !== undefined) return 1;
  // And as many sequences of map calls as CI has, from another place.
  const { status } = spawnSync(
    process.execPath,
    [join(root, "node_modules/vitest/vitest.mjs"), "run", "test/simulated/model"],
    {
      cwd: root,
      stdio: "inherit",
      env: {
        ...process.env,
        WINBPF_MODEL_SEED: String(seed),
        WINBPF_MODEL_SEQUENCES: String(Math.max(Math.ceil(count / 50), 1)),
      },
    },
  );
  return status ?? 1;
}
