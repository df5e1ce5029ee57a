import type { MapType, Runtime } from "../../src/index.ts";

/** What a row asks of a kernel that not every kernel has. */
export type Need =
  /** Runtimes that are opened with another profile, or as somebody who is not elevated: only simulations are. */
  | "profiles"
  /** `fire` and a network of their own: only simulations have them. */
  | "simulation"
  /** The sample extension's program type. */
  | "sample"
  /** XDP. */
  | "xdp"
  /** The bind and cgroup hooks of Windows. */
  | "sockets"
  /** Providers of custom maps that are given as data. */
  | "custom-maps"
  /** Native images (.sys). */
  | "native-images";

/** A program type whose programs every kernel of the kind can load and run without attaching them. */
export interface PlainType {
  /** `bpf_prog_type` number. */
  readonly number: number;
  readonly name: string;
  /** Context and data of a run. */
  readonly context: Uint8Array | null;
  readonly data: Uint8Array | null;
}

/** Numbers of helpers that rows call. */
export interface HelperNumbers {
  readonly lookup: number;
  readonly update: number;
  readonly delete: number;
  readonly tailCall: number;
  readonly ringOutput: number;
  readonly printk3: number;
  readonly perfOutput: number;
  readonly push: number;
  readonly pop: number;
  readonly peek: number;
}

/** What a simulated runtime is opened with; others never see these. */
export interface OpenOptions {
  readonly profile?: "native" | "jit" | "native-only";
  readonly elevated?: boolean;
  readonly hvci?: boolean;
  readonly cpus?: number;
  readonly customMaps?: boolean;
}

/** A kernel that the suite is run against. */
export interface Target {
  /** "simulated", "windows", "libbpf". */
  readonly name: string;
  /** A runtime with nothing in it that the rows would see; options come only where `lacks` allows the row. */
  open(options?: OpenOptions): Runtime | Promise<Runtime>;
  /** Rows that cannot hold here, and why. */
  readonly exceptions: ReadonlyMap<string, string>;
  /** What this kernel lacks, and why: rows that need it are left out. */
  readonly lacks: ReadonlyMap<Need, string>;
  /** Windows' bind type unless given. */
  readonly plain?: PlainType;
  /** Windows' numbers unless given. */
  readonly mapTypes?: Readonly<Record<keyof typeof MapType, number>>;
  readonly helpers?: HelperNumbers;
  /** Path of one of our compiled programs, by name; `test/contract/programs/NAME.o` unless given. */
  object?(name: string): string;
}
