import { describe, expect, it } from "vitest";
import { array, bytes, MapType, perCpu } from "../../src/index.ts";
import { type BpfMap, Runtime } from "../../src/runtime/index.ts";
import { Kernel, SimulatedEngine } from "../../src/simulated/index.ts";

const PAGE = 65_536;

/** The code of what `action` throws, "none" for nothing. Anything but a typed error fails. */
function codeOf(action: () => unknown): string {
  try {
    action();
    return "none";
  } catch (error) {
    const code: unknown = error instanceof Error && "code" in error ? error.code : undefined;
    if (typeof code !== "string" || !code.startsWith("EBPF_")) throw error;
    return code;
  }
}

interface Kind {
  readonly type: number;
  readonly keySize: number;
  readonly valueSize: number;
  readonly maxEntries: number;
  readonly keyOf: (n: number) => Uint8Array;
}

const plainKey = (n: number) => Uint8Array.of(n, 0, 0, 0);
const value = (n: number) => [Uint8Array.of(n, 0, 0, 0, 0, 0, 0, 0)];
const hash = (type: number): Kind => ({ type, keySize: 4, valueSize: 8, maxEntries: 4, keyOf: plainKey });
const queue = (type: number): Kind => ({ ...hash(type), keySize: 0 });
const kinds: Readonly<Record<string, Kind>> = {
  "hash map": hash(MapType.HASH),
  "LRU hash map": hash(MapType.LRU_HASH),
  "per-CPU hash map": hash(MapType.PERCPU_HASH),
  "LPM trie": { ...hash(MapType.LPM_TRIE), keySize: 8, keyOf: (n) => Uint8Array.of(32, 0, 0, 0, n, 2, 3, 4) },
  queue: queue(MapType.QUEUE),
  stack: queue(MapType.STACK),
  "ring buffer": { type: MapType.RINGBUF, keySize: 0, valueSize: 0, maxEntries: 4096, keyOf: plainKey },
};

/** A kernel with one map that has a few entries: the same addresses every time. */
class Victim {
  readonly kernel = new Kernel({ memoryLimit: 1 << 20, cpus: 1 });
  readonly map: BpfMap<Uint8Array, Uint8Array[]>;
  readonly #kind: Kind;
  readonly #runtime: Runtime;

  constructor(kind: Kind) {
    this.#kind = kind;
    this.#runtime = new Runtime(new SimulatedEngine(this.kernel, "test"));
    const { type, keySize, valueSize, maxEntries } = kind;
    const one = bytes(valueSize);
    const codec = type === MapType.PERCPU_HASH ? perCpu(one, 1) : array(one, 1);
    this.map = this.#runtime.createMap({ type, key: bytes(keySize), value: codec, maxEntries });
    for (let n = 1; n <= 4; n++) this.#write(n);
  }

  /** Everything that walks the map's records; the codes that came of it. */
  walk(): string[] {
    const { map } = this;
    const { keyOf, type } = this.#kind;
    const calls: Readonly<Record<number, readonly (() => unknown)[]>> = {
      [MapType.RINGBUF]: [() => map.consume(() => true), () => this.#write(5), () => map.consume(() => true)],
      [MapType.QUEUE]: [() => map.peek(), () => this.#write(5), () => map.pop(), () => map.pop()],
      [MapType.STACK]: [() => map.peek(), () => this.#write(5), () => map.pop(), () => map.pop()],
    };
    const others = [
      ...[1, 2, 3, 4, 9].map((n) => () => map.get(keyOf(n))),
      () => [...map],
      () => [...map.batches(2)],
      ...[2, 7, 8].map((n) => () => this.#write(n)),
      ...[3, 7].map((n) => () => map.delete(keyOf(n))),
    ];
    return (calls[type] ?? others).map(codeOf);
  }

  close(): void {
    this.map.close();
    this.#runtime.close();
  }

  #write(n: number): void {
    const { type, keyOf } = this.#kind;
    if (type === MapType.RINGBUF) this.#runtime.engine.writeRing(this.map.handle, Uint8Array.of(n, n, n));
    else if (type === MapType.QUEUE || type === MapType.STACK) this.map.push(value(n), { replace: true });
    else this.map.set(keyOf(n), value(n));
  }
}

const wrongWords = [-1, 1, 4, PAGE, PAGE + 12, 0x7fff_fff8, -0x8000_0000];

describe("maps whose records in kernel memory are damaged", () => {
  it.each(Object.keys(kinds))(
    "given any one word of a %s overwritten, then calls end, with EBPF_FAULT at worst",
    (name) => {
      const kind = kinds[name];
      const { data } = new Victim(kind).kernel.memory;
      const used: number[] = [];
      for (let at = PAGE; at < data.byteLength; at += 4) if (data.getInt32(at, true) !== 0) used.push(at);
      const codes = new Set<string>();
      for (const at of used) {
        for (const wrong of [...wrongWords, at - 4, ...used.slice(0, 2)]) {
          const victim = new Victim(kind);
          victim.kernel.memory.data.setInt32(at, wrong, true);
          for (const code of victim.walk()) codes.add(code);
          victim.close();
          expect([...victim.kernel.objects]).toEqual([]);
        }
      }
      expect(codes).toContain("EBPF_FAULT");
    },
  );

  it("given all chains of a hash map tied into rings, then walks end", () => {
    const { kernel, map } = new Victim(kinds["hash map"]);
    const { data } = kernel.memory;
    // An entry is its next one's address, a hash, the value's address, a mark and the key (hash-table.ts).
    // No hash of these keys is a number that could be an address.
    const isEntry = (at: number) =>
      data.getUint32(at + 4, true) > data.byteLength &&
      data.getInt32(at + 8, true) > PAGE &&
      [1, 2, 3, 4].includes(data.getInt32(at + 16, true));
    const entries: number[] = [];
    for (let at = PAGE; at < data.byteLength - 16; at += 8) if (isEntry(at)) entries.push(at);
    expect(entries).toHaveLength(4);
    for (const entry of entries) data.setInt32(entry, entry, true);
    const codes = Array.from({ length: 64 }, (_, n) => codeOf(() => map.get(plainKey(n))));
    expect(new Set(codes)).toEqual(new Set(["none", "EBPF_FAULT"]));
  });
});
