import fc from "fast-check";
import { array, type BpfMap, bytes, MapType, perCpu, type SimulatedRuntime, u64 } from "../../../src/index.ts";
import { agree, CPUS, keyed, outcome, Program } from "./subject.ts";

const CAPACITY = 4;
const modes = ["any", "create", "replace"] as const;
const NOT_FOUND = -19;
const EXISTS = -8;
const INVALID = -6;

type Operation =
  | { readonly kind: "set" | "program set"; readonly key: number; readonly value: bigint; readonly mode: number }
  | { readonly kind: "get" | "program get" | "delete" | "program delete" | "take"; readonly key: number }
  | { readonly kind: "list" | "clear" | "batches" }
  | { readonly kind: "cpu"; readonly cpu: number };

const key = fc.nat({ max: 6 });
const value = fc.bigInt({ min: 0n, max: (1n << 64n) - 1n });
const mode = fc.nat({ max: 2 });
export const operations: fc.Arbitrary<readonly Operation[]> = fc.array(
  fc.oneof(
    { weight: 6, arbitrary: fc.record({ kind: fc.constantFrom("set", "program set"), key, value, mode }) },
    {
      weight: 6,
      arbitrary: fc.record({
        kind: fc.constantFrom("get", "program get", "delete", "program delete", "take"),
        key,
      }),
    },
    { weight: 2, arbitrary: fc.record({ kind: fc.constantFrom("list", "batches") }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant("clear" as const) }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant("cpu" as const), cpu: fc.nat({ max: CPUS - 1 }) }) },
  ),
  { maxLength: 30 },
);

/** Keys as a map has them; equal numbers are equal keys. */
export interface KeyedKind {
  readonly type: number;
  readonly keySize: number;
  readonly keyOf: (key: number) => Uint8Array<ArrayBuffer>;
  readonly isArray: boolean;
  readonly isPerCpu: boolean;
  /** Whether a full map drops an entry for a new one. */
  readonly isLru: boolean;
}

const index = (key: number) => Uint8Array.of(key, 0, 0, 0);
const base = { keySize: 4, keyOf: index, isArray: false, isPerCpu: false, isLru: false };
export const keyedKinds: Readonly<Record<string, KeyedKind>> = {
  hash: { ...base, type: MapType.HASH },
  array: { ...base, type: MapType.ARRAY, isArray: true },
  "per-CPU hash": { ...base, type: MapType.PERCPU_HASH, isPerCpu: true },
  "per-CPU array": { ...base, type: MapType.PERCPU_ARRAY, isArray: true, isPerCpu: true },
  "LRU hash": { ...base, type: MapType.LRU_HASH, isLru: true },
  "LRU per-CPU hash": { ...base, type: MapType.LRU_PERCPU_HASH, isPerCpu: true, isLru: true },
};

/** The map beside a JavaScript `Map` of what each CPU should find. */
export class KeyedModel {
  readonly #kind: KeyedKind;
  readonly #runtime: SimulatedRuntime;
  readonly #map: BpfMap<Uint8Array, bigint[]>;
  readonly #program: Program;
  readonly #model = new Map<number, bigint[]>();

  constructor(kind: KeyedKind, runtime: SimulatedRuntime, map: BpfMap<Uint8Array, bigint[]>, program: Program) {
    this.#kind = kind;
    this.#runtime = runtime;
    this.#map = map;
    this.#program = program;
    if (kind.isArray) for (let at = 0; at < CAPACITY; at++) this.#model.set(at, this.#filled(0n));
  }

  static async run(kind: KeyedKind, runtime: SimulatedRuntime, list: readonly Operation[]): Promise<void> {
    const { type, keySize } = kind;
    runtime.cpu = 0;
    const map = runtime.createMap({
      type,
      key: bytes(keySize),
      value: kind.isPerCpu ? perCpu(u64, CPUS) : array(u64, 1),
      maxEntries: CAPACITY,
    });
    const program = await Program.load(runtime, map, keyed);
    try {
      const model = new KeyedModel(kind, runtime, map, program);
      for (const operation of list) model.#apply(operation);
      model.#list();
    } finally {
      program.close();
      map.close();
    }
  }

  #apply(operation: Operation): void {
    switch (operation.kind) {
      case "set":
      case "program set":
        this.#set(operation.key, operation.value, operation.mode, operation.kind === "program set");
        break;
      case "get":
        agree("get", this.#get(operation.key), this.#model.get(operation.key));
        break;
      case "program get":
        this.#programGet(operation.key);
        break;
      case "delete":
      case "program delete":
        this.#delete(operation.key, operation.kind === "program delete");
        break;
      case "take":
        this.#take(operation.key);
        break;
      case "clear":
        this.#map.clear();
        for (const each of [...this.#model.keys()]) this.#forget(each);
        break;
      case "batches":
        this.#batches();
        break;
      case "cpu":
        this.#runtime.cpu = operation.cpu;
        break;
      default:
        this.#list();
    }
  }

  #set(key: number, value: bigint, mode: number, byProgram: boolean): void {
    const { keyOf, isPerCpu, isArray } = this.#kind;
    const known = this.#model.get(key);
    // A program writes its own CPU's part of what is there, whatever the flags (_update_entry_per_cpu of Windows).
    const isOwnPart = byProgram && isPerCpu && known !== undefined;
    const refused = isOwnPart ? undefined : this.#refusal(known !== undefined, mode);
    const before = new Set(this.#model.keys());
    if (byProgram) {
      const { result } = this.#program.ask(1, { flags: mode, key: keyOf(key), value });
      agree("program set", result, refused?.result ?? 0);
    } else {
      const name = modes[mode];
      const values = this.#filled(value);
      agree(
        "set",
        outcome(() => void this.#map.set(keyOf(key), values, name)),
        refused?.code,
      );
    }
    if (refused !== undefined) return;
    const fresh = known === undefined ? this.#filled(byProgram ? 0n : value) : [...known];
    if (byProgram && isPerCpu) fresh[this.#runtime.cpu] = value;
    else fresh.fill(value);
    if (known === undefined && !isArray) this.#evict(before, key);
    this.#model.set(key, fresh);
  }

  /** What a map says of an update that its mode, or the size of an array, forbids. */
  #refusal(isKnown: boolean, mode: number): { readonly result: number; readonly code: string } | undefined {
    const { isArray } = this.#kind;
    if (isArray && (mode === 1 || !isKnown)) return { result: INVALID, code: "EBPF_INVALID_ARGUMENT" };
    if (mode === 1 && isKnown) return { result: EXISTS, code: "EBPF_ALREADY_EXISTS" };
    if (mode === 2 && !isKnown) return { result: NOT_FOUND, code: "EBPF_NOT_FOUND" };
    return undefined;
  }

  /** A full LRU map drops one entry for a new one, and not that one: whichever it is, the model forgets it. */
  #evict(before: ReadonlySet<number>, key: number): void {
    if (!this.#kind.isLru) return;
    const now = new Set(this.#keys());
    const gone = [...before].filter((each) => !now.has(each));
    agree("entries dropped", gone.length, before.size >= CAPACITY ? 1 : 0);
    agree("the new entry is there", now.has(key), true);
    for (const each of gone) this.#model.delete(each);
  }

  #get(key: number): bigint[] | undefined {
    const bytesOfKey = this.#kind.keyOf(key);
    agree("has", this.#map.has(bytesOfKey), this.#model.has(key));
    return this.#map.get(bytesOfKey);
  }

  #programGet(key: number): void {
    const { result, value } = this.#program.ask(0, { key: this.#kind.keyOf(key) });
    const expected = this.#model.get(key)?.[this.#kind.isPerCpu ? this.#runtime.cpu : 0];
    agree("program get", result === 0 ? undefined : value, expected);
  }

  #delete(key: number, byProgram: boolean): void {
    const { keyOf, isArray } = this.#kind;
    const isKnown = this.#model.has(key);
    if (byProgram) {
      const { result } = this.#program.ask(2, { key: keyOf(key) });
      agree("program delete", result, isKnown ? 0 : isArray ? INVALID : NOT_FOUND);
    } else {
      const answer = outcome(() => this.#map.delete(keyOf(key)));
      agree("delete", answer, isArray && !isKnown ? "EBPF_INVALID_ARGUMENT" : isKnown);
    }
    this.#forget(key);
  }

  #take(key: number): void {
    const { keyOf, isArray } = this.#kind;
    const answer = outcome(() => this.#map.take(keyOf(key)));
    if (isArray) {
      agree("take", answer, "EBPF_INVALID_ARGUMENT");
      return;
    }
    agree("take", answer, this.#model.get(key));
    this.#model.delete(key);
  }

  #forget(key: number): void {
    if (!this.#kind.isArray) this.#model.delete(key);
    else if (this.#model.has(key)) this.#model.set(key, this.#filled(0n));
  }

  #list(): void {
    agree("keys", this.#keys().sort(), [...this.#model.keys()].sort());
    agree("count", this.#map.count(), this.#model.size);
    for (const key of this.#model.keys()) agree(`value of ${key}`, this.#get(key), this.#model.get(key));
  }

  #batches(): void {
    const read = [...this.#map.batches(3)]
      .flatMap((batch) => batch.toArray())
      .map(([key, values]): Entry => [key[0], values]);
    agree("batches", read.sort(byKey), [...this.#model].sort(byKey));
  }

  #keys(): number[] {
    return [...this.#map.keys()].map((key) => key[0]);
  }

  #filled(value: bigint): bigint[] {
    return new Array<bigint>(this.#kind.isPerCpu ? CPUS : 1).fill(value);
  }
}

type Entry = [key: number, values: bigint[]];

function byKey([a]: Entry, [b]: Entry): number {
  return a - b;
}
