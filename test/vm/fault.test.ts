import { describe, expect, test } from "vitest";
import { assemble } from "../../src/isa/index.ts";
import { FaultError, link } from "../../src/vm/index.ts";
import { fixture } from "./fixture.ts";

function faultOf(work: () => unknown): FaultError {
  try {
    work();
  } catch (error) {
    if (error instanceof FaultError) return error;
    throw error;
  }
  throw new Error("no fault");
}

describe("given a packet of 60 bytes", () => {
  const { run, packet } = fixture({ content: new Uint8Array(60).fill(7) });
  const base = BigInt(packet.start);

  test.each([
    ["ldxb", 0, 1],
    ["ldxb", 59, 1],
    ["ldxh", 58, 2],
    ["ldxw", 56, 4],
    ["ldxdw", 52, 8],
  ])("then %s at %i is read", (name, offset) => {
    expect(run(`${name} %r0, [%r1+${offset}]\nexit`)).toBeGreaterThan(0n);
  });

  test.each([
    ["ldxb %r0, [%r1-1]", -1n, "1 byte before the start of packet (60 bytes)"],
    ["ldxb %r0, [%r1+60]", 60n, "1 byte past the end of packet (60 bytes)"],
    ["ldxh %r0, [%r1+59]", 59n, "1 byte past the end of packet (60 bytes)"],
    ["ldxw %r0, [%r1+58]", 58n, "2 bytes past the end of packet (60 bytes)"],
    ["ldxw %r0, [%r1-2]", -2n, "2 bytes before the start of packet (60 bytes)"],
    ["ldxdw %r0, [%r1+53]", 53n, "1 byte past the end of packet (60 bytes)"],
    ["stb [%r1+60], 1", 60n, "1 byte past the end of packet (60 bytes)"],
    ["stxdw [%r1-8], %r1", -8n, "8 bytes before the start of packet (60 bytes)"],
    ["lock add [%r1+56], %r2", 56n, "4 bytes past the end of packet (60 bytes)"],
  ])("then %s faults and says where", (instruction, offset, text) => {
    const fault = faultOf(() => run(`mov %r3, 5\n${instruction}\nexit`));

    expect(fault.code).toBe("EBPF_FAULT");
    expect(fault.pc).toBe(1);
    expect(fault.address).toBe(base + offset);
    expect(fault.registers[3]).toBe(5n);
    expect(fault.message).toContain(text);
  });

  test("when it moves, then an instruction that worked faults where the packet was", () => {
    const { run, regions, packet } = fixture();
    const executable = link(assemble("ldxb %r0, [%r1+8]\nexit"), { helpers: new Map() });
    const { start, end } = packet;
    expect(run(executable)).toBe(0n);

    regions.move(packet, start, start + 8);
    expect(() => run(executable)).toThrow("1 byte past the end of packet (8 bytes)");

    regions.move(packet, start, end);
    expect(run(executable)).toBe(0n);
    regions.remove(packet);
    expect(() => run(executable)).toThrow(FaultError);
  });

  test("when it is shorter than the access, then it faults", () => {
    const { run } = fixture({ content: new Uint8Array(3) });
    expect(() => run("ldxdw %r0, [%r1]\nexit")).toThrow("5 bytes past the end of packet (3 bytes)");
  });
});

describe("given pointers to nothing", () => {
  const { run, packet } = fixture();

  test.each([
    ["null", "mov %r1, 0\nldxw %r0, [%r1]", "null pointer"],
    ["null and an offset", "mov %r1, 0\nldxw %r0, [%r1+20]", "null pointer plus 20"],
    ["one below null", "mov %r1, 0\nldxw %r0, [%r1-4]", "0xfffffffffffffffc"],
    ["the last bytes of all", "mov %r1, -1\nldxdw %r0, [%r1]", "0xffffffffffffffff"],
    ["a wrap at 32 bits", "lddw %r1, 0xffffffff\nldxw %r0, [%r1+16]", "0x10000000f"],
    ["a wrap at 64 bits", "mov %r1, -8\nldxw %r0, [%r1+16]", "null pointer plus 8"],
    ["2 GiB", "lddw %r1, 0x80000000\nldxb %r0, [%r1]", "0x80000000"],
    ["just under 2 GiB, from above", "lddw %r1, 0x80000004\nldxb %r0, [%r1-8]", "0x7ffffffc"],
  ])("then %s faults", (_, program, text) => {
    expect(faultOf(() => run(`${program}\nexit`)).message).toContain(text);
  });

  test("then a good address with a high bit set faults", () => {
    const high = (BigInt(packet.start) | (1n << 32n)).toString();
    const program = `lddw %r1, ${high}\nldxb %r0, [%r1]\nexit`;
    expect(faultOf(() => run(program)).address).toBe(BigInt(high));
  });
});

describe("given the stack", () => {
  const { run } = fixture();

  test.each([
    ["its lowest byte", "ldxb %r0, [%r10-512]"],
    ["its highest word", "ldxdw %r0, [%r10-8]"],
    ["an unaligned word", "stxdw [%r10-13], %r1"],
  ])("then %s may be touched", (_, instruction) => {
    run(`${instruction}\nexit`);
  });

  test.each([
    ["below it", "ldxb %r0, [%r10-513]", "1 byte before the start of stack (512 bytes)"],
    ["partly below it", "stxdw [%r10-516], %r1", "4 bytes before the start of stack (512 bytes)"],
    ["above it", "ldxb %r0, [%r10]", "1 byte past the end of stack (512 bytes)"],
    ["partly above it", "stdw [%r10-4], 1", "4 bytes past the end of stack (512 bytes)"],
    ["below it, through a copy", "mov %r2, %r10\nadd %r2, -513\nldxb %r0, [%r2]", "1 byte before the start"],
  ])("then what lies %s faults", (_, program, text) => {
    expect(faultOf(() => run(`${program}\nexit`)).message).toContain(text);
  });

  test("when a function returned, then its frame is out of reach", () => {
    const program = `call local inner
ldxb %r0, [%r0]
exit
inner:
mov %r0, %r10
add %r0, -8
exit`;
    expect(faultOf(() => run(program)).message).toContain("before the start of stack (512 bytes)");
  });

  test("when no program runs, then it is out of reach", () => {
    const { regions, machine, run } = fixture();
    run("mov %r0, 0\nexit");
    expect(regions.find(machine.lo[10] - 8, 8, false)).toBeUndefined();
  });
});

describe("given values of 12 bytes, 16 bytes apart", () => {
  const make = () => {
    const made = fixture();
    const start = made.memory.allocate(64, "data");
    made.regions.add({
      kind: "map-value",
      name: "map flows",
      start,
      end: start + 64,
      stride: 16,
      size: 12,
      writable: true,
    });
    return { ...made, start };
  };

  test.each([0, 4, 16, 20, 48, 52])("then 8 bytes at %i may be touched", (offset) => {
    const { run, start } = make();
    run(`lddw %r3, ${start + offset}\nstxdw [%r3], %r1\nldxdw %r0, [%r3]\nexit`);
  });

  test.each([5, 12, 15, 60, 61, -1])("then 8 bytes at %i fault", (offset) => {
    const { run, start } = make();
    expect(faultOf(() => run(`lddw %r3, ${start + offset}\nldxdw %r0, [%r3]\nexit`)).message).toContain("map flows");
  });

  test("when one instruction walks over elements, then it faults in the first hole", () => {
    const { run, start, machine } = make();
    const walk = (step: number) => `lddw %r3, ${start}
mov %r4, 0
loop:
ldxw %r0, [%r3]
add %r3, ${step}
add %r4, 1
jlt %r4, 4, loop
exit`;
    run(walk(16));
    const fault = faultOf(() => run(walk(4)));
    expect(fault.address).toBe(BigInt(start + 12));
    expect(fault.message).toContain("element 0 is 12 bytes");
    expect(machine.instructions).toBe(14);
  });

  test("when the map is removed, then its elements are out of reach", () => {
    const { run, start, regions } = make();
    const executable = link(assemble(`lddw %r3, ${start}\nldxw %r0, [%r3]\nexit`), { helpers: new Map() });
    run(executable);
    for (const region of [...regions]) if (region.kind === "map-value") regions.remove(region);
    expect(() => run(executable)).toThrow(FaultError);
  });
});

describe("given read-only memory", () => {
  test("then it is read, and a write says why not", () => {
    const { memory, regions, run } = fixture();
    const start = memory.allocate(8, "data");
    regions.add({ kind: "global", name: "constants", start, end: start + 8, writable: false });

    // The same instruction writes elsewhere first: what it learned there must not help here.
    const program = `mov %r4, 2
loop:
stb [%r1], 1
ldxb %r0, [%r1]
lddw %r1, ${start}
ldxb %r5, [%r1]
add %r4, -1
jne %r4, 0, loop
exit`;
    expect(faultOf(() => run(program)).message).toContain("constants, which is read-only");
  });
});

describe("what a fault says", () => {
  test("given source lines, then it names the line", () => {
    const { run } = fixture();
    const lines = [
      { slot: 0, file: "a.c", line: 3, column: 1, text: "int x;" },
      { slot: 2, file: "a.c", line: 9, column: 1, text: "return *p;" },
    ];
    const code = assemble("mov %r1, 0\nmov %r2, 0\nmov %r3, 0\nldxb %r0, [%r1]\nexit");
    const fault = faultOf(() => run(link(code, { helpers: new Map(), name: "filter", lines })));
    expect(fault.line).toBe(lines[1]);
    expect(fault.program).toBe("filter");
    expect(fault.message).toContain("filter: instruction 3");
    expect(fault.message).toContain("a.c:9");
  });

  test("given a wide instruction before it, then pc counts slots", () => {
    const { run, machine } = fixture();
    expect(faultOf(() => run("lddw %r1, 5\nldxb %r0, [%r1]\nexit")).pc).toBe(2);
    expect(machine.instructions).toBe(1);
  });

  test("given code that runs past its end, then that", () => {
    const { run } = fixture();
    const fault = faultOf(() => run("mov %r0, 1"));
    expect(fault.pc).toBe(1);
    expect(fault.message).toContain("past the end of the code");
  });
});
