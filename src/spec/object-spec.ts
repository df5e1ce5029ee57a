import type { BtfSpec } from "./btf-spec.ts";
import type { GlobalSpec } from "./global-spec.ts";
import type { MapSpec } from "./map-spec.ts";
import type { ObjectFault } from "./object-fault.ts";
import type { ProgramSpec } from "./program-spec.ts";

/** Which system an object file was written for: decides map and helper numbers and the section → type table. */
export type Platform = "windows" | "linux";

/** What an object file says, complete and inert: nothing of it is loaded anywhere. */
export interface ObjectSpec {
  readonly platform: Platform;
  /** Programs in file order. Names are not unique: two sections may each hold a function of one name. */
  readonly programs: readonly ProgramSpec[];
  /**
   * Functions of `.text`, each linked as if it were a program: never loaded on their own, but a verifier can judge them.
   * By `sectionIndex` they can be put in file order with the programs.
   */
  readonly subprograms: readonly ProgramSpec[];
  /**
   * Maps in file order (`.maps`: the order of symbols), data sections last; anonymous inner maps only inside their outer map. Names are
   * unique.
   */
  readonly maps: readonly MapSpec[];
  /** Global variables in the order of their sections. */
  readonly globals: readonly GlobalSpec[];
  readonly btf: BtfSpec | undefined;
  /** The `license` section's text; Windows does not enforce it. */
  readonly license: string | undefined;
  /** How many places of the code depend on types of the kernel (CO-RE); none if absent. */
  readonly coreRelocations?: number;
  /** What the file asks for and cannot have, in its order: for this it is neither loaded nor verified. None if absent. */
  readonly faults?: readonly ObjectFault[];
}
