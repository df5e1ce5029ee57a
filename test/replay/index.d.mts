/** A scenario's first line. */
export interface Header {
  readonly scenario: string;
  readonly kind: string;
  readonly profile: string;
  readonly cpus: number;
  readonly seed?: number;
}

/** A fresh kernel behind a libbpf door. */
export interface Target {
  readonly door: unknown;
  /** Lets an event come to a hook; undefined where nobody but the system can: scenarios end before it. */
  readonly fire?: (hook: string, context: Uint8Array, data?: Uint8Array) => unknown;
  readonly newEvent: () => unknown;
  readonly close: () => void;
  /** How long the signal of an event may take to arrive. */
  readonly signalMs?: number;
}

/** A step that came out otherwise than recorded. */
export interface Different {
  readonly scenario: string;
  readonly kind: string;
  readonly file: string;
  readonly step: number;
  readonly call: string;
  readonly differences: readonly string[];
}

export interface Summary {
  readonly scenarios: number;
  readonly calls: number;
  readonly equal: number;
  /** Steps from the first on that the target cannot take. */
  readonly left: number;
  readonly different: readonly Different[];
}

/** What came of one scenario. */
export interface Result {
  readonly kind: string;
  readonly calls: number;
  readonly equal: number;
  readonly left: number;
  readonly different: readonly Different[];
}

/** Is told of scenarios by their places, counted from 0, and chooses among them. */
export interface Watch {
  readonly wanted?: (at: number) => boolean;
  readonly begun?: (at: number) => void;
  readonly step?: (index: number) => void;
  readonly ended?: (at: number, result: Result) => void;
}

/** A recording that cannot be read. */
export class RecordingError extends Error {
  readonly file: string;
  /** Counted from 1; undefined where the file itself is the matter. */
  readonly line: number | undefined;
}

/** Replays everything below `path`, each scenario on a fresh target. */
export function replay(
  path: string,
  target: (header: Header) => Target | Promise<Target>,
  watch?: Watch,
): Promise<Summary>;

/** Replays everything below `path` in processes that `start` runs to their end, and what differs once more alone. */
export function replayInProcesses(
  path: string,
  start: (options: { readonly journal: string; readonly only?: number }) => Promise<unknown>,
  note?: (line: string) => void,
): Promise<Summary>;

/** What such a process gives `replay`: it notes in a file what it begins and what comes of it. */
export function journalWatch(file: string, only?: number): Watch;

/** Prints what differs and the sums, or all as one object. */
export function printSummary(summary: Summary, json: boolean): void;

/** Makes targets of a build of winbpf: the simulated kernel. */
export function simulatedTarget(winbpf: {
  readonly simulate: unknown;
  readonly libbpf: unknown;
  readonly WaitEvent: unknown;
}): (header: Header) => Target;

/** Makes targets of a build of winbpf: the machine's own eBPF, emptied after each scenario. */
export function nativeTarget(
  winbpf: { readonly openRuntime: unknown; readonly libbpf: unknown; readonly WaitEvent: unknown },
  kind: "windows" | "libbpf",
): (header: Header) => Promise<Target>;

/** Steps that cannot come out as recorded, and why: by scenario and call. */
export const exceptions: ReadonlyMap<string, string>;
