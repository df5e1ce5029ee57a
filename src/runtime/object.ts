import type { ObjectSpec } from "../spec/index.ts";
import { Globals } from "./globals.ts";
import type { BpfMap } from "./map.ts";
import { NamedList } from "./named-list.ts";
import type { Program } from "./program.ts";

/** A loaded object file: its programs and maps in the kernel. Closing it closes them; links and pins live on. */
export class BpfObject {
  readonly spec: ObjectSpec;
  readonly programs: NamedList<Program>;
  readonly maps: NamedList<BpfMap>;
  /** Global variables by name. */
  readonly globals: Globals;

  readonly #templates: readonly BpfMap[];

  /** @internal */
  constructor(
    spec: ObjectSpec,
    programs: readonly Program[],
    maps: readonly BpfMap[],
    templates: readonly BpfMap[] = [],
  ) {
    this.#templates = templates;
    this.spec = spec;
    this.programs = new NamedList("program", programs);
    this.maps = new NamedList("map", maps);
    this.globals = new Globals(spec, this.maps);
  }

  /**
   * Closes every program and map of the object. Safe to call twice. A map of maps or of programs that nobody else has open
   * and that is not pinned loses its entries, even where a link keeps a program that uses it.
   */
  close(): void {
    for (const program of this.programs) program.close();
    for (const map of this.maps) map.close();
    for (const template of this.#templates) template.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }
}
