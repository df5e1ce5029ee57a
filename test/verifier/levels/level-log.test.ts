import { describe, expect, test } from "vitest";
import { assemble } from "../../../src/isa/index.ts";
import { type LogLevel, netshText, verify } from "../../../src/verifier/index.ts";
import { programOf } from "../assembled.ts";

async function logOf(text: string, logLevel: LogLevel): Promise<string> {
  const { object, program } = programOf(assemble(text));
  const { log } = await verify(object, program, { logLevel });
  return log;
}

// What an XDP program finds when it begins (libs/api's context descriptor), as every recording of the real API has it.
const ENTRY = `[
    r1.type=ctx, 
    r10.type=stack][
    meta_offset=[-4098, 0], 
    packet_size=0, 
    r1.ctx_offset=0, r1.uvalue=[1, 2147418112], 
    r10.stack_offset=4096, r10.uvalue=[4096, 2147418112]]
Stack: Numbers -> {}`;

/** The same without the context, and with something about r0. */
const knowing = (r0: string): string => `[
    r0.type=number, 
    r10.type=stack][
    meta_offset=[-4098, 0], 
    packet_size=0, ${r0 === "" ? "" : `\n    ${r0}, `}
    r10.stack_offset=4096, r10.uvalue=[4096, 2147418112]]
Stack: Numbers -> {}`;

describe("given a program that branches and passes", () => {
  // The exit is a block of its own where two blocks lead to it; each side of a jump begins with what it may assume.
  const BRANCH = "call 6\njeq %r0, 0, a\nexit\na: exit\n";

  test("verbose has what is known around each block", async () => {
    expect(await logOf(BRANCH, "verbose")).toBe(`
Pre-invariant : ${ENTRY}
  from entry;
0:
  r0 = bpf_get_prandom_u32:6();
  assert valid_access(r0.offset) for comparison/subtraction;
  if r0 == 0 goto label <3>;
  goto 1:2,1:3;

Post-invariant : ${knowing("")}

Pre-invariant : ${knowing("")}
  from 1;
1:2:
  assume r0 != 0;
  assert r0.type == number;
  exit;
  goto exit;

Post-invariant : ${knowing("r0.uvalue=[1, +oo]")}

Pre-invariant : ${knowing("")}
  from 1;
1:3:
  assume r0 == 0;
  assert r0.type == number;
  exit;
  goto exit;

Post-invariant : ${knowing("r0.svalue=0, r0.uvalue=0")}

Pre-invariant : ${knowing("r0.uvalue=[0, +oo]")}
  from 2,3;
exit:
  Undefined{0};


Post-invariant : ${knowing("r0.uvalue=[0, +oo]")}

`);
  });

  test("the other levels say nothing more", async () => {
    expect(await logOf(BRANCH, "informational")).toBe("");
    expect(await logOf(BRANCH, "normal")).toBe("");
  });
});

describe("given a program that reads a number as a pointer", () => {
  const WRONG = "mov %r6, 5\nmov %r2, 7\nldxdw %r0, [%r2]\nexit\n";
  const ERROR = "2: Invalid type (r2.type in {ctx, stack, packet, shared})\n\n";

  test("informational has what the failure hangs on, and of that only what matters", async () => {
    expect(await logOf(WRONG, "informational")).toBe(`=== Failure Slice 1 of 1 ===

[ERROR] Invalid type (r2.type in {ctx, stack, packet, shared})
[LOCATION] 2
[RELEVANT REGISTERS] r2
[SLICE SIZE] 2 program points

[CONTROL FLOW] 1, 2 FAIL

[CAUSAL TRACE]

Pre-invariant : [][
    meta_offset=[-4098, 0], 
    packet_size=0]
Stack: Numbers -> {}
  from 0;
1:
  r2 = 7;
  goto 2;

Post-invariant : [][
    meta_offset=[-4098, 0], 
    packet_size=0]
Stack: Numbers -> {}

Pre-invariant : [
    r2.type=number][
    meta_offset=[-4098, 0], 
    packet_size=0, 
    r2.svalue=7, r2.uvalue=7]
Stack: Numbers -> {}
  from 1;
2:
  assert r2.type in {ctx, stack, packet, shared};
  assert valid_access(r2.offset, width=8) for read;
  r0 = *(u64 *)(r2 + 0);

Verification error:
${ERROR}

`);
  });

  test("verbose has it block by block, then instruction by instruction, each up to the failure, then the failure", async () => {
    const log = await logOf(WRONG, "verbose");
    const [blocks = "", single = "", rest] = log.split(`Verification error:\n`);
    expect(blocks).toBe(`
Pre-invariant : ${ENTRY}
  from entry;
0:
  r6 = 5;
  r2 = 7;
  assert r2.type in {ctx, stack, packet, shared};
  assert valid_access(r2.offset, width=8) for read;
  r0 = *(u64 *)(r2 + 0);

`);
    expect(single.startsWith("After [\n    r1.type=ctx, \n    r10.type=stack, \n    r2.type=number, ")).toBe(true);
    expect(single).toContain(`${ERROR}\n\nPre-invariant : ${ENTRY}\n  from entry;\n0:\n  r6 = 5;\n  goto 1;\n`);
    expect(rest).toBe(`${ERROR}\n${ERROR}`);
  });

  test("netsh frames it with the verdict and the number of errors", async () => {
    const { object, program } = programOf(assemble(WRONG));
    const report = await verify(object, program, { logLevel: "informational" });
    expect(netshText(report)).toBe(`Verification failed\n\nVerification report:\n${report.log}1 errors\n\n`);
  });
});

describe("given a loop without a bound", () => {
  const ENDLESS = "mov %r1, 0\na: add %r1, 1\njne %r1, 0, a\nmov %r0, 0\nexit\n";

  test("informational blames no register, so that all that leads there is shown, and where ways meet each of them", async () => {
    const log = await logOf(ENDLESS, "informational");
    expect(log).toContain("[ERROR] Loop counter is too large (pc[1] < 100000)\n[LOCATION] 1 (counter)\n");
    expect(log).toContain("[CONTROL FLOW] entry, {0 | 2:1 (assume r1 != 0)} -> 1, 1 (counter), 2 (if r1 != 0) FAIL\n");
    const meeting = log.slice(log.indexOf("  --- join"), log.indexOf("  --- end"));
    expect(meeting).toBe(`  --- join point: per-predecessor state ---
  from 0: [
    r1.type=number][
    meta_offset=[-4098, 0], 
    packet_size=0, 
    pc[1]=0, 
    r1.svalue=0, r1.uvalue=0]
Stack: Numbers -> {}
  from 2:1: [
    r1.type=number][
    meta_offset=[-4098, 0], 
    packet_size=0, 
    pc[1]=[1, +oo], 
    r1.uvalue=[1, +oo]]
Stack: Numbers -> {}
`);
  });

  test("its head, where it is the first instruction, leaves the entry a block of its own", async () => {
    const log = await logOf("a: call 6\njne %r0, 0, a\nexit\n", "verbose");
    expect(log).toContain("Stack: Numbers -> {}\n\nentry:\n  Undefined{0};\n  goto 0;\n");
  });
});

test("given a stack address far away, then its offset is said to the last digit", async () => {
  // r2 = r10 - 2^56 + 42; what is loaded there would be a pointer.
  const log = await logOf(
    "lddw %r3, 72057594037927894\nmov %r2, %r10\nsub %r2, %r3\nldxb %r0, [%r2]\nexit\n",
    "informational",
  );
  expect(log).toContain("[RELEVANT REGISTERS] r2, stack[-72057594037927894]\n");
});

test("given a refusal before the analysis, then every level has its words only", async () => {
  for (const level of ["normal", "informational", "verbose"] as const)
    expect(await logOf("mov %r0, 0\n", level)).toBe("error: fallthrough in last instruction");
});
