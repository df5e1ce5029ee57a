import { resolve } from "node:path";
import { expect } from "vitest";
import { MapType, type Runtime } from "../../src/index.ts";
import { assemble } from "../../src/isa/index.ts";
import { type BpfObject, type Libbpf, libbpf, type ObjectOpenOptions } from "../../src/libbpf/index.ts";
import type { HelperNumbers, OpenOptions, PlainType, Target } from "./target.ts";

const bind: PlainType = { number: 2, name: "bind", context: new Uint8Array(56), data: null };
const windowsHelpers: HelperNumbers = {
  lookup: 1,
  update: 2,
  delete: 3,
  tailCall: 5,
  ringOutput: 11,
  printk3: 13,
  perfOutput: 32,
  push: 16,
  pop: 17,
  peek: 18,
};
const LDDW = 0x18;
/** Source register of an `lddw` whose immediate is a map's descriptor. */
const MAP_DESCRIPTOR = 0x10;

/** Little-endian bytes of numbers of 4 bytes. */
export function u32(...values: number[]): Uint8Array {
  return new Uint8Array(Uint32Array.from(values).buffer);
}

/** The same of 8 bytes. */
export function u64(...values: (number | bigint)[]): Uint8Array {
  return new Uint8Array(BigUint64Array.from(values, BigInt).buffer);
}

/** The number in the first 4 bytes. */
export function number(bytes: Uint8Array | undefined): number | undefined {
  return bytes === undefined ? undefined : new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
}

export interface MapShape {
  readonly key?: number;
  readonly value?: number;
  readonly entries?: number;
  readonly name?: string | null;
  readonly inner?: number;
}

/** What a row works with: a runtime of its own, libbpf's functions over it, and short words for what rows do often. */
export class Kit {
  readonly runtime: Runtime;
  readonly bpf: Libbpf;
  readonly type: Readonly<Record<keyof typeof MapType, number>>;
  readonly plain: PlainType;
  readonly helper: HelperNumbers;
  readonly #target: Target;
  readonly #root: string;
  readonly #objects: BpfObject[] = [];
  readonly #descriptors: number[] = [];

  constructor(target: Target, runtime: Runtime) {
    this.#target = target;
    this.runtime = runtime;
    this.bpf = libbpf(runtime);
    this.type = target.mapTypes ?? MapType;
    this.plain = target.plain ?? bind;
    this.helper = target.helpers ?? windowsHelpers;
    this.#root = `winbpf-contract-${process.pid}`;
  }

  static async open(target: Target, options: OpenOptions): Promise<Kit> {
    return new Kit(target, await target.open(options));
  }

  /** Notes a descriptor for closing, and fails where it is an error. */
  readonly opened = (descriptor: number): number => {
    expect(descriptor).toBeGreaterThan(0);
    this.#descriptors.push(descriptor);
    return descriptor;
  };

  /** A map with keys and values of 4 bytes and 4 entries unless said otherwise. */
  map(type: keyof typeof MapType, { key = 4, value = 4, entries = 4, name = null, inner = 0 }: MapShape = {}): number {
    return this.opened(
      this.bpf.bpf_map_create(this.type[type], name, key, value, entries, inner === 0 ? null : { inner_map_fd: inner }),
    );
  }

  /** Byte code of assembly text; every `lddw` holds a map's descriptor. */
  readonly code = (text: string): Uint8Array => {
    const code = assemble(text);
    for (let at = 0; at < code.length; at += 8) {
      if (code[at] !== LDDW) continue;
      code[at + 1] |= MAP_DESCRIPTOR;
      at += 8;
    }
    return code;
  };

  /** Loads assembly text as a program of the plain type. */
  async program(text: string, name: string | null = null): Promise<number> {
    const code = this.code(text);
    const { ret, log } = await this.bpf.bpf_prog_load(this.plain.number, name, "GPL", code, code.length / 8, {
      log_size: 65_536,
    });
    expect(ret, log).toBeGreaterThan(0);
    return this.opened(ret);
  }

  /** Runs a program on the plain context: the low 32 bits of its result, signed. */
  async run(program: number, cpu = 0): Promise<number> {
    const { context, data } = this.plain;
    const { ret, retval = 0 } = await this.bpf.bpf_prog_test_run_opts(program, { ctx_in: context, data_in: data, cpu });
    expect(ret).toBe(0);
    return retval | 0;
  }

  /** Opens one of our compiled programs by name. */
  readonly object = (name: string, options: ObjectOpenOptions | null = null): BpfObject => {
    const object = this.bpf.bpf_object__open_file(this.file(name), options);
    if (object === null) throw new Error(`${name} does not open: errno ${this.bpf.errno}`);
    this.#objects.push(object);
    return object;
  };

  /** Path of one of our compiled programs. */
  readonly file = (name: string): string =>
    this.#target.object?.(name) ?? resolve(import.meta.dirname, `programs/${name}.o`);

  /** A pin path that no other process uses. */
  readonly path = (name: string): string => {
    return `BPF:\\${this.#root}\\${name}`;
  };

  /** The info of a descriptor. */
  info(descriptor: number) {
    const { ret, info } = this.bpf.bpf_obj_get_info_by_fd(descriptor, { nr_map_ids: 16 });
    expect(ret === 0 || ret === -14).toBe(true);
    if (info === undefined) throw new Error(`no info: errno ${this.bpf.errno}`);
    return info;
  }

  /** Ids of all live objects of a kind. */
  ids(kind: "map" | "prog" | "link"): number[] {
    const next = { map: "bpf_map_get_next_id", prog: "bpf_prog_get_next_id", link: "bpf_link_get_next_id" } as const;
    const ids: number[] = [];
    let { ret, value } = this.bpf[next[kind]](0);
    while (ret === 0 && value !== undefined) {
      ids.push(value);
      ({ ret, value } = this.bpf[next[kind]](value));
    }
    return ids;
  }

  /** Keys of a map in its own order. */
  keys(map: number): Uint8Array[] {
    const keys: Uint8Array[] = [];
    let { ret, value } = this.bpf.bpf_map_get_next_key(map, null);
    while (ret === 0 && value !== undefined) {
      keys.push(value);
      ({ ret, value } = this.bpf.bpf_map_get_next_key(map, value));
    }
    expect(ret).toBe(-2);
    return keys;
  }

  close(): void {
    if (this.runtime.closed) return;
    this.#unpin();
    for (const object of this.#objects) this.bpf.bpf_object__close(object);
    for (const descriptor of this.#descriptors) this.bpf.ebpf_close_fd(descriptor);
    this.runtime.close();
  }

  /** Takes away every pin that a row has left behind. */
  #unpin(): void {
    let from = "";
    for (;;) {
      const { ret, next_path } = this.bpf.ebpf_get_next_pinned_object_path(from);
      if (ret !== 0 || next_path === undefined) return;
      if (next_path.startsWith(`BPF:\\${this.#root}\\`)) this.bpf.ebpf_object_unpin(next_path);
      from = next_path;
    }
  }
}
