import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parse } from "../../src/elf/index.ts";
import { simulate } from "../../src/runtime/index.ts";
import { Kernel, SimulatedEngine } from "../../src/simulated/index.ts";
import { loadAssembly } from "./program.ts";

const modes = ["region", "arena", "none"] as const;
const XDP = 1;
const PASS = 1;
const UDP = 17;

/** Runs a packet through a program that nobody verified, as often as compiled code takes to be used and reused. */
async function verdicts(checks: (typeof modes)[number], text: string): Promise<unknown[]> {
  const { kernel, attach } = await bare(checks);
  await attach(text);
  return Array.from({ length: 4 }, () => {
    try {
      return kernel.network.receive(1, new Uint8Array(64)).action;
    } catch (error) {
      return error instanceof Error && "code" in error ? error.code : error;
    }
  });
}

async function bare(checks: (typeof modes)[number]) {
  const engine = new SimulatedEngine(new Kernel({ engine: "compiled", checks }), "test");
  const attach = async (text: string) =>
    engine.attach(await loadAssembly(engine, text), XDP, new Uint8Array([1, 0, 0, 0]));
  return { kernel: engine.kernel, attach };
}

/** IPv4 and UDP to port 53. */
function frame(): Uint8Array {
  const bytes = new Uint8Array(64);
  bytes.set([0x08, 0x00, 0x45], 12);
  bytes[23] = UDP;
  bytes.set([0, 53], 36);
  return bytes;
}

describe("simulate({ checks })", () => {
  it.each(modes)(
    "given %s and a program that keeps to its memory, then it does what the interpreter does",
    async (checks) => {
      const results = await Promise.all(
        [simulate({ engine: "interpreter" }), simulate({ engine: "compiled", checks })].map(async (runtime) => {
          const object = await runtime.load(parse(readFileSync("test/programs/count_ports.o")));
          const program = object.programs.get("count_ports");
          if (program === undefined) throw new Error("no program");
          await program.attach({ ifIndex: 1 });
          const actions = Array.from({ length: 5 }, () => runtime.network.receive(1, frame()).action);
          const ports = [...(object.maps.get("ports") ?? [])];
          const { engine, reason } = runtime.tierOf(program);
          runtime.close();
          return { actions, ports, engine, reason };
        }),
      );
      const [interpreted, compiled] = results;
      expect(compiled).toEqual({ ...interpreted, engine: "compiled" });
      expect(interpreted?.ports).toHaveLength(1);
    },
  );

  it.each([
    // Page 1 is where kernel memory begins; no region that a program may touch is so near its start.
    ["memory of the kernel's that is not the program's", "mov %r2, 65536", ["EBPF_FAULT", PASS, PASS]],
    ["page 0, which nobody is given", "mov %r2, 64", ["EBPF_FAULT", "EBPF_FAULT", PASS]],
    ["an address beyond the memory", "lddw %r2, 0xfffffff0", ["EBPF_FAULT", "EBPF_FAULT", "EBPF_FAULT"]],
    ["an address of more than 32 bits", "lddw %r2, 0x100000000", ["EBPF_FAULT", "EBPF_FAULT", PASS]],
  ])("given a read of %s, then each mode faults where it says that it does", async (_what, place, expected) => {
    const text = `${place}\nldxdw %r3, [%r2+0]\nmov %r0, ${PASS}\nexit`;
    for (const [at, checks] of modes.entries()) {
      const all = await verdicts(checks, text);
      expect(new Set(all), checks).toEqual(new Set([expected[at] === PASS ? all[0] : expected[at]]));
      if (expected[at] === PASS) expect(all[0]).not.toBe("EBPF_FAULT");
    }
  });

  it("given no checks and a trap, then the next packet runs as if nothing had been", async () => {
    const { kernel, attach } = await bare("none");
    await attach(
      `
ldxdw %r2, [%r1+0]
ldxb %r3, [%r2+0]
mov %r0, ${PASS}
jeq %r3, 0, +2
lddw %r4, 0xfffffff0
ldxdw %r0, [%r4+0]
exit`.replace("+2", "+3"),
    );
    const receive = (first: number) => kernel.network.receive(1, Uint8Array.of(first, 1, 2, 3)).action;
    const well = receive(0);
    for (let round = 0; round < 5; round++) {
      expect(receive(0)).toBe(well);
      expect(() => receive(1)).toThrow(expect.objectContaining({ code: "EBPF_FAULT" }));
    }
    expect(receive(0)).toBe(well);
  });
});

it.each(["interpreter", "compiled"] as const)(
  "given %s and a signal that aborts during many repetitions, then they end, and the program runs again",
  async (engine) => {
    const runtime = simulate({ engine });
    const object = await runtime.load(parse(readFileSync("test/programs/count_ports.o")));
    const program = object.programs.get("count_ports");
    if (program === undefined) throw new Error("no program");
    const signal = AbortSignal.timeout(50);
    const begin = performance.now();
    await expect(program.run({ data: frame(), repeat: 0x7fff_ffff, signal })).rejects.toMatchObject({
      code: "EBPF_ABORTED",
    });
    expect(performance.now() - begin).toBeLessThan(10_000);
    expect((await program.run({ data: frame(), repeat: 3 })).returnValue).toBe(PASS);
    runtime.close();
  },
);
