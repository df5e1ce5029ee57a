import type { BtfSpec } from "../spec/index.ts";

/** A map's content after a run. */
export interface MapContent {
  readonly name: string;
  /** Name of the map's type, `hash`. */
  readonly type: string;
  /** Decoded keys and values; undefined for maps that cannot be walked. */
  readonly entries: readonly (readonly [unknown, unknown])[];
  /** Type ids in the report's BTF; undefined where it has none. */
  readonly keyType: number | undefined;
  readonly valueType: number | undefined;
}

/** What `winbpf run` found out: the content of its report, in whatever form. */
export interface RunReport {
  readonly program: string;
  readonly section: string;
  readonly type: string;
  readonly verified: boolean;
  readonly packets: number;
  /** Of the packets as they came in. */
  readonly bytes: number;
  /** How often each verdict was given, by its number. */
  readonly verdicts: ReadonlyMap<number, number>;
  readonly maps: readonly MapContent[];
  /** Time that the packets took, without loading. */
  readonly seconds: number;
  readonly btf: BtfSpec | undefined;
}
