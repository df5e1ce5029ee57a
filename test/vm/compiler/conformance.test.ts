import { describe, expect, test } from "vitest";
import { assemble } from "../../../src/isa/index.ts";
import { type CheckMode, type HelperFunction, link, Machine, Memory, Regions } from "../../../src/vm/index.ts";
import { conformanceCases } from "../../conformance-data.ts";

const unwind: HelperFunction = (machine) => {
  machine.lo[0] = machine.lo[1];
  machine.hi[0] = machine.hi[1];
  if ((machine.lo[0] | machine.hi[0]) === 0) machine.exit();
};

/** Helpers of the suite's reference plug-in that cases call: 5 ends the program when its result is 0. */
const helpers: ReadonlyMap<number, HelperFunction> = new Map([
  [2, () => {}],
  [5, unwind],
]);

const cases = conformanceCases();
const modes: CheckMode[] = ["region", "arena", "none"];

describe.skipIf(cases.length === 0).each(modes)("bpf_conformance, compiled with checks: %s", (checks) => {
  test.each(cases)("$name", ({ assembly, raw, memory: content, result }) => {
    const memory = new Memory();
    const regions = new Regions();
    const machine = new Machine({ memory, regions, engine: "compiled", checks });
    const start = content.length === 0 ? 0 : memory.allocate(content.length, "data");
    memory.bytes.set(content, start);
    regions.add({ kind: "context", name: "memory", start, end: start + content.length, writable: true });
    const executable = link(raw ?? assemble(assembly), { helpers });

    machine.run(executable, start, content.length);

    const r0 = BigInt.asUintN(64, (BigInt(machine.hi[0]) << 32n) | BigInt(machine.lo[0] >>> 0));
    expect(r0).toBe(result);
    expect(machine.fallbackOf(executable)).toBeUndefined();
  });
});
