import { describe, expect, test } from "vitest";
import { assemble } from "../../../src/isa/index.ts";
import type { ObjectSpec, ProgramSpec, ProvenAccess } from "../../../src/spec/index.ts";
import { verify } from "../../../src/verifier/index.ts";
import { FaultError, type HelperFunction, link, Machine, Memory, Regions } from "../../../src/vm/index.ts";
import { type ConformanceCase, conformanceCases } from "../../conformance-data.ts";
import { programOf } from "../../verifier/assembled.ts";

/** What the verifier proves of code as a program whose context is `bytes` bytes; undefined where it refuses. */
async function proved(code: Uint8Array, bytes: number): Promise<readonly ProvenAccess[] | undefined> {
  const { object, program }: { object: ObjectSpec; program: ProgramSpec } = programOf(code, "memory");
  const context = { size: bytes, data: -1, end: -1, meta: -1 };
  const programTypes = [{ name: "memory", context }];
  const { proof } = await verify(object, program, { programTypes, checkTermination: false, proof: true });
  return proof?.accesses;
}

interface Run {
  readonly r0: bigint;
  readonly left: readonly number[];
  readonly proven: number;
}

function run(code: Uint8Array, content: Uint8Array, proof?: readonly ProvenAccess[]): Run {
  const memory = new Memory({ limit: 2 ** 22 });
  const regions = new Regions();
  const machine = new Machine({ memory, regions, engine: proof === undefined ? "interpreter" : "compiled" });
  const start = content.length === 0 ? 0 : memory.allocate(content.length, "data");
  memory.bytes.set(content, start);
  regions.add({ kind: "context", name: "memory", start, end: start + content.length, writable: true });
  const executable = link(code, { helpers: new Map(), ...(proof === undefined ? {} : { proof }) });
  machine.run(executable, start, content.length);
  const r0 = BigInt.asUintN(64, (BigInt(machine.hi[0]) << 32n) | BigInt(machine.lo[0] >>> 0));
  expect(machine.fallbackOf(executable)).toBeUndefined();
  const left = [...memory.bytes.slice(start, start + content.length)];
  return { r0, left, proven: machine.checksOf(executable)?.proven ?? 0 };
}

describe("compiled code that believes proofs", () => {
  test("given a read of the context, then nothing is checked, and the result is the interpreter's", async () => {
    const code = assemble("ldxw %r0, [%r1+4]\nadd %r0, 1\nstxw [%r1+0], %r0\nexit");
    const proof = await proved(code, 8);
    const content = Uint8Array.of(0, 0, 0, 0, 41, 0, 0, 0);
    expect(run(code, content, proof)).toEqual({ ...run(code, content), proven: 2 });
    expect(run(code, content).r0).toBe(42n);
  });

  test.each([
    ["without a proof", undefined, "EBPF_FAULT"],
    ["with one", [], "none"],
  ] as const)(
    "given a tail call from a program %s, then the next one's proof counts accordingly",
    (_what, own, code) => {
      const memory = new Memory({ limit: 2 ** 22 });
      const machine = new Machine({ memory, regions: new Regions(), engine: "compiled" });
      const proof: ProvenAccess[] = [{ slot: 0, regions: ["context"], end: 0, mayBeNull: false }];
      // r1 is 0 in both: what is proved of a context is not so, but for hooks' programs and those that they lead to.
      const next = link(assemble("ldxdw %r0, [%r1+0]\nexit"), { helpers: new Map(), proof });
      const helper: HelperFunction = (caller) => caller.tailCall(next);
      const first = link(assemble("call 6\nexit"), {
        helpers: new Map([[6, helper]]),
        ...(own === undefined ? {} : { proof: own }),
      });
      const outcome = () => {
        try {
          machine.run(first, 0);
          return "none";
        } catch (error) {
          return error instanceof FaultError ? error.code : error;
        }
      };
      expect([outcome(), outcome()]).toEqual([code, code]);
    },
  );

  const cases: readonly ConformanceCase[] = conformanceCases();
  const verified = new Set<string>();

  test.skipIf(cases.length === 0).each(cases)(
    "bpf_conformance: $name",
    async ({ name, assembly, raw, memory, result }) => {
      const code = raw ?? assemble(assembly);
      const proof = await proved(code, memory.length);
      if (proof === undefined) return;
      verified.add(name);
      const { r0, left } = run(code, memory, proof);
      expect(r0).toBe(result);
      expect(left).toEqual(run(code, memory).left);
    },
  );

  test.skipIf(cases.length === 0)("most cases of bpf_conformance are proved", () => {
    expect(verified.size).toBeGreaterThan(cases.length / 2);
  });
});
