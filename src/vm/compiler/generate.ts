import { type Executable, STRIDE } from "../executable.ts";
import { type Shape, shapeOf } from "./analysis/shape.ts";
import { readSource } from "./analysis/source.ts";
import { emitFunction } from "./emit/function.ts";
import { CALLEE_PARAMETERS, CALLEE_RESULTS, MAIN_PARAMETERS } from "./emit/locals.ts";
import {
  emitPackets,
  emitRepeat,
  PACKETS_LOCALS,
  PACKETS_PARAMETERS,
  REPEAT_LOCALS,
  REPEAT_PARAMETERS,
} from "./emit/series.ts";
import { ModuleWriter, type } from "./encoder/index.ts";
import { GATE } from "./gates.ts";
import type { CheckMode, CheckSite, Site, Unit } from "./unit.ts";

export interface GenerateOptions {
  readonly mode: CheckMode;
  /** Address of the area that code and machine share (see area.ts). */
  readonly area: number;
  /** Address above the first frame. */
  readonly stackTop: number;
  /** Bytes of the memory now. */
  readonly arenaEnd: number;
  /** Indexes of instructions where a check shall span no more than the access. */
  readonly narrow: { has(index: number): boolean };
  /** Indexes of instructions whose check asks for other bounds when it fails, instead of leaving. */
  readonly asking: { has(index: number): boolean };
}

/** A WebAssembly module for one program, one machine. */
export interface Generated {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly sites: readonly Site[];
  readonly checks: readonly CheckSite[];
  readonly groups: number;
  /** Instructions that touch memory behind a check of their own. */
  readonly checked: number;
  /** Instructions whose check was left out because a proof says that it succeeds. */
  readonly believed: number;
}

/** Generates the module of a program. Any linked program can be compiled. */
export function generate(executable: Executable, options: GenerateOptions): Generated {
  const source = readSource(executable);
  const module = new ModuleWriter();
  const { i32 } = type;
  const imports = {
    predict: module.import("predict", GATE),
    refuel: module.import("refuel", GATE),
    helper: module.import("helper", GATE),
  };
  const shapes = new Map<number, Shape>();
  const callees: number[] = [];
  const firstCallee = Object.keys(imports).length + 1;
  const unit: Unit = {
    ...options,
    source,
    module,
    imports,
    globals: { fuel: module.global(), left: module.global() },
    sites: [],
    checks: [],
    emitted: new Set(),
    believed: new Set(),
    groups: 0,
    shapeAt: (entry) => {
      const known = shapes.get(entry);
      if (known !== undefined) return known;
      const shape = shapeOf(source, entry);
      shapes.set(entry, shape);
      return shape;
    },
    functionAt: (entry) => {
      const index = callees.indexOf(entry);
      return firstCallee + (index === -1 ? callees.push(entry) - 1 : index);
    },
  };
  const main = emitFunction(unit, 0, true);
  const run = module.function({ parameters: MAIN_PARAMETERS, results: [i32] }, main.runs, main.code);
  module.export("run", run);
  const signature = { parameters: CALLEE_PARAMETERS, results: CALLEE_RESULTS };
  for (let at = 0; at < callees.length; at++) {
    const callee = emitFunction(unit, callees[at], false);
    module.function(signature, callee.runs, callee.code);
  }
  const results = [i32];
  const packets = module.function({ parameters: PACKETS_PARAMETERS, results }, PACKETS_LOCALS, emitPackets(unit, run));
  module.export("packets", packets);
  const repeat = module.function({ parameters: REPEAT_PARAMETERS, results }, REPEAT_LOCALS, emitRepeat(unit, run));
  module.export("repeat", repeat);
  return {
    bytes: module.finish(),
    sites: unit.sites,
    checks: unit.checks,
    groups: unit.groups,
    checked: unit.emitted.size,
    believed: unit.believed.size,
  };
}

/** Instructions of an executable. */
export function sizeOf({ code }: Executable): number {
  return code.length / STRIDE - 1;
}
