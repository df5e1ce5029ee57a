import type { SourceLine } from "../spec/index.ts";

/** Which system answers: the real ebpf-for-windows, our stand-in for it, or Linux through libbpf. */
export type RuntimeKind = "windows" | "simulated" | "libbpf";

/** What a runtime may or may not be able to do; ask with `supports` before trying. */
export type Feature = "printk" | "trace" | "globals" | "test-run" | "clock-control" | "xdp";

/** A reference to a kernel object: made and understood by one engine only, closed with `Engine.close`. */
export interface Handle {
  readonly kind: "map" | "program" | "link";
}

export interface MapOptions {
  readonly name: string;
  /** Map type number, the platform's own. */
  readonly type: number;
  /** Bytes. */
  readonly keySize: number;
  /** Bytes. */
  readonly valueSize: number;
  readonly maxEntries: number;
  /** Maps of maps: a map that every inner map must look like. */
  readonly inner?: Handle;
}

export interface MapInfo {
  readonly id: number;
  readonly name: string;
  readonly type: number;
  readonly keySize: number;
  /** Declared size of one value in bytes; a per-CPU map's buffer holds one per CPU, each padded to 8 bytes. */
  readonly valueSize: number;
  readonly maxEntries: number;
}

export interface ProgramOptions {
  readonly name: string;
  /** Program type name, as in the platform's table. */
  readonly type: string;
  readonly section: string;
  /** 8 bytes a slot, little-endian, linked. */
  readonly code: Uint8Array;
  readonly lines: readonly SourceLine[];
  /** Maps that `lddw` slots refer to. With `offset`, the address of that byte of the map's first value is meant. */
  readonly maps: readonly { readonly slot: number; readonly map: Handle; readonly offset?: number }[];
}

export interface ProgramInfo {
  readonly id: number;
  readonly name: string;
  readonly type: string;
  readonly section: string;
}

export interface LinkInfo {
  readonly id: number;
  /** 0 once the program is detached. */
  readonly programId: number;
  readonly attachType: number;
}

export interface TestRunOptions {
  /** Bytes handed to the program as its data (a packet). */
  readonly data?: Uint8Array;
  /** The context structure; its pointer fields are filled in by the runtime. */
  readonly context?: Uint8Array;
  /** How often to run, with one context for all: 1 if absent. */
  readonly repeat?: number;
}

export interface TestRunResult {
  /** Low 32 bits of r0, unsigned. */
  readonly returnValue: number;
  /** The data after the last run. */
  readonly data: Uint8Array;
  /** The context after the last run; pointer fields are zero. */
  readonly context: Uint8Array;
  /** Average nanoseconds of one run. */
  readonly duration: number;
}

/** A line that a program printed with `bpf_printk`. On Windows it is an ETW event. */
export interface PrintkEvent {
  readonly text: string;
  /** Name of the program. */
  readonly program: string;
  /** CPU that it ran on. */
  readonly cpu: number;
  /** Nanoseconds since boot. */
  readonly time: bigint;
}

/** How `update` treats a key that exists or does not: `BPF_ANY`, `BPF_NOEXIST`, `BPF_EXIST`. */
export const UpdateFlag = { ANY: 0, NOEXIST: 1, EXIST: 2 } as const;

/**
 * What a kernel with eBPF can do, on opaque handles and bytes: about as wide as the bpf() system call. Two engines
 * implement it. Every failure is an `EbpfError` whose `native` carries the raw `ebpf_result_t` and errno. Arguments
 * were checked by the layer above only as far as their JavaScript types go.
 */
export interface Engine {
  readonly kind: RuntimeKind;
  /** Why this engine was chosen, as a sentence. */
  readonly why: string;
  /** CPUs that a per-CPU map holds values for. */
  readonly cpus: number;
  supports(feature: Feature): boolean;

  createMap(options: MapOptions): Handle;
  mapInfo(map: Handle): MapInfo;
  /** The value of `key`, copied; undefined where there is none. */
  lookup(map: Handle, key: Uint8Array): Uint8Array | undefined;
  update(map: Handle, key: Uint8Array, value: Uint8Array, flags: number): void;
  /** Whether the key was there. */
  delete(map: Handle, key: Uint8Array): boolean;
  /** The key after `key` in the map's own order, the first for undefined or an unknown key; undefined at the end. */
  nextKey(map: Handle, key: Uint8Array | undefined): Uint8Array | undefined;

  loadProgram(options: ProgramOptions): Promise<Handle>;
  programInfo(program: Handle): ProgramInfo;
  testRun(program: Handle, options: TestRunOptions): Promise<TestRunResult>;

  /** Attaches; `parameter` is what the hook takes (XDP: the interface index, 4 bytes, little-endian). */
  attach(program: Handle, attachType: number, parameter: Uint8Array): Promise<Handle>;
  linkInfo(link: Handle): LinkInfo;
  detach(link: Handle): void;

  /** Calls `listener` with every line that programs print from now on, until the returned function is called. */
  onPrintk(listener: (event: PrintkEvent) => void): () => void;

  /** Gives the reference back; the object lives on while anything else refers to it. Idempotent. */
  close(handle: Handle): void;
}
