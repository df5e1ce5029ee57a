import { describe, expect, test } from "vitest";
import { EbpfError } from "../../src/errors.ts";
import { assemble, encode } from "../../src/isa/index.ts";
import { BudgetError, FaultError, type HelperFunction, link, Machine, Memory, Regions } from "../../src/vm/index.ts";
import { fixture, register, setRegister } from "./fixture.ts";

const forever = "loop:\nadd %r0, 1\nja loop\nexit";

describe("registers and stack", () => {
  test("given a fresh run, then r1 and r2 are the arguments and the others zero", () => {
    const { run, packet, machine } = fixture();
    run("mov %r0, -1\nmov %r3, -1\nmov %r9, -1\nstdw [%r10-8], -1\nexit");
    expect(run("ldxdw %r0, [%r10-8]\nor %r0, %r3\nor %r0, %r9\nexit")).toBe(0n);
    expect(register(machine, 1)).toBe(BigInt(packet.start));
    expect(register(machine, 2)).toBe(64n);
  });

  test("given a result with high bits, then run returns the low 32, unsigned", () => {
    const { machine } = fixture();
    const executable = link(assemble("mov %r0, -1\nexit"), { helpers: new Map() });
    expect(machine.run(executable, 0)).toBe(0xffff_ffff);
    expect(machine.hi[0]).toBe(-1);
  });

  test("given a frame pointer that escapes, then the whole frame begins as zero", () => {
    const { run } = fixture();
    const fill = "mov %r2, %r10\nadd %r2, -512\nloop:\nstdw [%r2], -1\nadd %r2, 8\njlt %r2, %r10, loop\nexit";
    run(fill);
    const sum =
      "mov %r2, %r10\nadd %r2, -512\nloop:\nldxdw %r3, [%r2]\nor %r0, %r3\nadd %r2, 8\njlt %r2, %r10, loop\nexit";
    expect(run(sum)).toBe(0n);
  });
});

describe("functions", () => {
  const chain = (depth: number) => {
    const functions = Array.from({ length: depth }, (_, i) => `f${i}:\ncall local f${i + 1}\nadd %r0, 1\nexit`);
    return `${functions.join("\n")}\nf${depth}:\nmov %r0, 1\nexit`;
  };

  test("given 8 frames, then they fit", () => {
    const { run } = fixture();
    expect(run(chain(7))).toBe(8n);
  });

  test("given a ninth, then the call faults", () => {
    const { run } = fixture();
    expect(() => run(chain(8))).toThrow(FaultError);
    expect(() => run(chain(8))).toThrow("8 stack frames");
    expect(run(chain(7))).toBe(8n);
  });

  test("given a callee, then it has its own frame, zeroed, and can use its caller's through a pointer", () => {
    const { run } = fixture();
    const program = `stdw [%r10-8], 5
mov %r1, %r10
add %r1, -8
call local inner
call local inner
ldxdw %r1, [%r10-8]
lsh %r1, 8
or %r0, %r1
exit
inner:
ldxdw %r0, [%r10-8]
stdw [%r10-8], 9
ldxdw %r2, [%r1]
add %r2, 1
stxdw [%r1], %r2
exit`;
    expect(run(program)).toBe(0x700n);
  });

  test("given a callee, then it sees r1 to r5, and r6 to r9 are as before when it returns", () => {
    const { run, machine } = fixture();
    run(`lddw %r6, 0x1111111166666666
mov %r9, -9
mov %r5, 50
call local inner
exit
inner:
mov %r0, %r5
mov %r6, 1
mov %r9, 2
mov %r4, 44
exit`);
    expect([0, 4, 6, 9].map((r) => BigInt.asIntN(64, register(machine, r)))).toEqual([
      50n,
      44n,
      0x1111111166666666n,
      -9n,
    ]);
  });
});

describe("budget", () => {
  test.each([1, 10, 1000, 65_536, 65_537, 200_000])(
    "given %i instructions, then an endless loop ends there",
    (budget) => {
      const { run, machine } = fixture();
      expect(() => run(forever, { instructions: budget })).toThrow(BudgetError);
      expect(machine.instructions).toBeGreaterThanOrEqual(budget);
      expect(machine.instructions).toBeLessThanOrEqual(budget + 2);
    },
  );

  test("given a program of exactly that many, then it ends well", () => {
    const { run, machine } = fixture();
    const program = "mov %r0, 100\nloop:\nadd %r0, -1\njne %r0, 0, loop\nexit";
    run(program, { instructions: 202 });
    expect(machine.instructions).toBe(202);
  });

  test("given an instruction that jumps to itself, then it ends", () => {
    const { run } = fixture();
    expect(() => run("loop:\nja loop\nexit", { instructions: 100 })).toThrow(
      expect.objectContaining({ code: "EBPF_BUDGET_EXCEEDED", pc: 0 }),
    );
  });

  test("given calls without end, then it ends", () => {
    const { run } = fixture();
    const program = "loop:\ncall local inner\nja loop\nexit\ninner:\nexit";
    expect(() => run(program, { instructions: 10_000 })).toThrow(BudgetError);
  });

  test("given a deadline, then an endless loop ends soon after", () => {
    const { run } = fixture();
    const start = performance.now();
    expect(() => run(forever, { deadline: 20, instructions: Number.POSITIVE_INFINITY })).toThrow("20 ms");
    expect(performance.now() - start).toBeLessThan(2000);
  });
});

describe("helpers", () => {
  const sum: HelperFunction = (machine) => {
    setRegister(
      machine,
      0,
      [1, 2, 3, 4, 5].reduce((total, r) => total + register(machine, r), 0n),
    );
  };

  test("given five arguments, then they are r1 to r5 and the result is r0", () => {
    const { run } = fixture({ helpers: new Map([[70_000, sum]]) });
    const program = "mov %r1, 1\nmov %r2, 2\nmov %r3, 3\nmov %r4, 4\nlddw %r5, 0x500000000\ncall 70000\nexit";
    expect(run(program)).toBe(0x50000000an);
  });

  test("given callx, then the helper is found by the register", () => {
    const { run } = fixture({ helpers: new Map([[3, sum]]) });
    expect(run("mov %r1, 1\nmov %r2, 3\nmov %r6, 3\ncallx %r6\nexit".replace("callx", "call"))).toBe(4n);
    expect(() => run("mov %r6, 4\ncall %r6\nexit")).toThrow("no helper 4");
    expect(() => run("lddw %r6, 0x100000003\ncall %r6\nexit")).toThrow(FaultError);
  });

  test("given a helper that throws, then run throws it and the machine can run again", () => {
    const { run } = fixture({
      helpers: new Map([
        [
          1,
          () => {
            throw new EbpfError("EBPF_CLOSED", "gone");
          },
        ],
      ]),
    });
    expect(() => run("call 1\nexit")).toThrow("gone");
    expect(run("mov %r0, 3\nexit")).toBe(3n);
  });

  test("given a helper that makes the memory grow, then the program sees the new one", () => {
    const memory = new Memory();
    const regions = new Regions();
    const machine = new Machine({ memory, regions });
    const grow: HelperFunction = () => {
      const start = memory.allocate(40 * 1024 * 1024, "data");
      regions.add({ kind: "map-value", name: "big", start, end: start + 40 * 1024 * 1024, writable: true });
      machine.lo[0] = start;
      machine.hi[0] = 0;
    };
    const program = assemble(
      "stdw [%r10-8], 7\ncall 1\nstw [%r0], 5\nldxw %r1, [%r0]\nldxdw %r0, [%r10-8]\nadd %r0, %r1\nexit",
    );
    expect(machine.run(link(program, { helpers: new Map([[1, grow]]) }), 0)).toBe(12);
  });

  test("given access(), then it answers addresses that the program may touch, and faults for others", () => {
    const read: HelperFunction = (machine) => {
      setRegister(machine, 0, BigInt(machine.memory.bytes[machine.access(1, 4, false)]));
    };
    const { run } = fixture({ helpers: new Map([[1, read]]) });
    expect(run("stb [%r1], 77\ncall 1\nexit")).toBe(77n);
    expect(() => run("add %r1, 61\ncall 1\nexit")).toThrow("1 byte past the end of packet");
  });

  test("given a helper that runs another machine, then both finish", () => {
    const made = fixture();
    const inner = new Machine({ memory: made.memory, regions: made.regions, cpu: 1 });
    const twice = link(assemble("mov %r0, %r1\nadd %r0, %r1\nstxdw [%r10-8], %r0\nexit"), { helpers: new Map() });
    const nested: HelperFunction = (machine) => setRegister(machine, 0, BigInt(inner.run(twice, machine.lo[2])));
    const outer = link(assemble("stdw [%r10-8], 1\ncall 1\nldxdw %r1, [%r10-8]\nadd %r0, %r1\nexit"), {
      helpers: new Map([[1, nested]]),
    });
    expect(made.run(outer)).toBe(129n);
  });

  test("given a helper that runs the machine that called it, then it is told so", () => {
    const again: HelperFunction = (machine) => void machine.run(link(assemble("exit"), { helpers: new Map() }), 0);
    const { run } = fixture({ helpers: new Map([[1, again]]) });
    expect(() => run("call 1\nexit")).toThrow(expect.objectContaining({ code: "EBPF_INVALID_ARGUMENT" }));
  });

  test("given exit(), then the run ends when the helper returns, also inside a function", () => {
    const stop: HelperFunction = (machine) => {
      setRegister(machine, 0, 5n);
      machine.exit();
    };
    const { run, machine } = fixture({ helpers: new Map([[1, stop]]) });
    expect(run("call local inner\nmov %r0, 1\nexit\ninner:\ncall 1\nmov %r0, 2\nexit")).toBe(5n);
    expect(machine.instructions).toBe(2);
  });
});

describe("tail calls", () => {
  test("given one, then the other program goes on with r1 and a fresh frame, and the first never resumes", () => {
    const target = link(assemble("ldxdw %r2, [%r10-8]\nldxb %r0, [%r1]\nadd %r0, %r2\nadd %r0, %r6\nexit"), {
      helpers: new Map(),
    });
    const { run, machine } = fixture({ helpers: new Map([[5, ({ tailCall }) => tailCall.call(machine, target)]]) });
    const program =
      "stb [%r1], 9\nstdw [%r10-8], 100\nmov %r6, 50\ncall local inner\nexit\ninner:\ncall 5\nmov %r0, 1\nexit";
    expect(run(program)).toBe(9n);
    expect(machine.instructions).toBe(10);
  });

  test("given a program that calls itself, then the budget ends it", () => {
    const helpers = new Map<number, HelperFunction>();
    const { run } = fixture({ helpers });
    helpers.set(5, (machine) => machine.tailCall(self));
    const self = link(assemble("call 5\nexit"), { helpers });
    expect(() => run(self, { instructions: 1000 })).toThrow(BudgetError);
  });

  test("given a fault in the second program, then it is the one named", () => {
    const second = link(assemble("mov %r1, 0\nldxb %r0, [%r1]\nexit"), { helpers: new Map(), name: "second" });
    const { run } = fixture({ helpers: new Map([[5, (machine) => machine.tailCall(second)]]) });
    expect(() => run("call 5\nexit")).toThrow("second: instruction 1");
  });
});

describe("link", () => {
  const at = (opcode: number, rest: object = {}) => encode([{ opcode, dst: 0, src: 0, offset: 0, imm: 0, ...rest }]);
  const exit = at(0x95);
  const withExit = (code: Uint8Array) => Uint8Array.from([...code, ...exit]);

  test.each([
    ["no instructions", new Uint8Array()],
    ["half an instruction", new Uint8Array(4)],
    ["an unknown opcode", withExit(at(0xff))],
    ["a register that is not", withExit(at(0xbf, { src: 11 }))],
    ["a write to r10", withExit(at(0xb7, { dst: 10 }))],
    ["a jump out", withExit(at(0x05, { offset: 5 }))],
    ["a jump before the start", withExit(at(0x05, { offset: -5 }))],
    ["a helper that is not", withExit(at(0x85, { imm: 3 }))],
    ["an lddw cut short", at(0x18)],
    ["a map that nothing resolves", withExit(encode([{ opcode: 0x18, dst: 1, src: 1, offset: 0, imm: 0, high: 0 }]))],
    ["a jump into lddw", withExit(Uint8Array.from([...at(0x05, { offset: 1 }), ...at(0x18, { high: 0 })]))],
  ])("given %s, then it refuses", (_, code) => {
    expect(() => link(code, { helpers: new Map() })).toThrow(
      expect.objectContaining({ code: "EBPF_INVALID_INSTRUCTION" }),
    );
  });

  test("given an address for a reference, then the register holds it", () => {
    const { run } = fixture();
    const code = withExit(encode([{ opcode: 0x18, dst: 0, src: 2, offset: 0, imm: 1, high: 4 }]));
    expect(run(link(code, { helpers: new Map(), addresses: new Map([[0, 0x12345]]) }))).toBe(0x12345n);
  });
});
