/** One difference between the dialects, as a program: what each of them says of it. */
export interface DialectProgram {
  readonly id: string;
  readonly text: string;
  /** Part of the first error; undefined where the program passes. */
  readonly windows: string | undefined;
  readonly latest: string | undefined;
  readonly allowDivisionByZero?: boolean;
}

export const END = "mov %r0, 0\nexit\n";
const BAD = "bad: mov %r1, 0\nldxdw %r0, [%r1]\nexit\n";
const KEY = "stdw [%r10-8], 0\n";
const LOOKUP = "lddw.map %r1, 1\nmov %r2, %r10\nadd %r2, -8\ncall 1\n";
/** The value's address is in r0, and not null. */
const VALUE = `${KEY}${LOOKUP}jne %r0, 0, found\n${END}found: `;
const INVALID_TYPE = "Invalid type";

/** Section A of the list of differences; the names are those of docs/verifier.md. */
export const DIALECT_PROGRAMS: readonly DialectProgram[] = [
  {
    id: "D1: a loop in a called function that never ends",
    text: `call local f\n${END}f: mov %r1, 1\nl: add %r1, 1\njne %r1, 0, l\n${END}`,
    windows: undefined,
    latest: "Loop counter is too large",
  },
  {
    id: "D1: a loop in a called function that overruns its caller's buffer",
    text: `mov %r1, %r10\nadd %r1, -8\ncall local f\n${END}f: mov %r2, 0\nl: mov %r3, %r1\nadd %r3, %r2\nstb [%r3], 0\nadd %r2, 1\njlt %r2, 4096, l\n${END}`,
    windows: undefined,
    latest: "Upper bound must be at most total_stack_size",
  },
  {
    id: "D1: a backward jump in a called function that is no loop",
    text: `stdw [%r10-8], 1\nmov %r2, %r10\nadd %r2, -8\nldxw %r1, [%r1+24]\ncall local f\n${END}f: jeq %r1, 0, b\na: ldxdw %r0, [%r2]\nexit\nb: mov %r2, 0\nja a\n`,
    windows: undefined,
    latest: INVALID_TYPE,
  },
  {
    id: "D2: a lookup's result tested while r0's old number is still known",
    text: `${KEY}lddw.map %r1, 1\nmov %r2, %r10\nadd %r2, -8\nmov %r0, 1\ncall 1\njeq %r0, 0, bad\n${END}bad: ldxdw %r0, [%r0]\nexit\n`,
    windows: undefined,
    latest: "Possible null access",
  },
  {
    id: "D2: a second lookup tested after the first one",
    text: `${KEY}${LOOKUP}jeq %r0, 0, out\n${LOOKUP}jne %r0, 0, out\nldxdw %r0, [%r0]\nout: ${END}`,
    windows: undefined,
    latest: "Possible null access",
  },
  {
    id: "D2: a lookup's result copied over a number",
    text: `mov %r7, -1\n${KEY}${LOOKUP}mov %r7, %r0\njeq %r7, 0, bad\n${END}bad: ldxdw %r0, [%r7]\nexit\n`,
    windows: undefined,
    latest: "Possible null access",
  },
  {
    id: "D3: a known cell survives being written by a helper",
    text: `stdw [%r10-8], 1\nstdw [%r10-16], 0\nmov %r1, %r10\nadd %r1, -8\nmov %r2, 8\nmov %r3, %r10\nadd %r3, -16\nmov %r4, 8\ncall 22\nldxdw %r1, [%r10-8]\njeq %r1, 0, bad\n${END}${BAD}`,
    windows: undefined,
    latest: INVALID_TYPE,
  },
  {
    id: "D3: a known cell survives an unknown register being stored in it",
    text: `stdw [%r10-8], 1\nstxdw [%r10-8], %r6\nldxdw %r1, [%r10-8]\njeq %r1, 0, bad\n${END}${BAD}`,
    windows: undefined,
    latest: INVALID_TYPE,
  },
  {
    id: "D3: a loop's bound is kept in a cell",
    text: `mov %r6, 10\nmov %r0, 0\nstxw [%r10-12], %r0\nl: mov %r1, %r0\ncall local f\nldxw %r1, [%r10-12]\nadd %r1, 1\nstxw [%r10-12], %r1\nldxw %r1, [%r10-12]\njsgt %r6, %r1, l\n${END}f: mov %r0, %r1\nadd %r0, 1\nexit\n`,
    windows: undefined,
    latest: "Loop counter is too large",
  },
  {
    id: "D4: a 32-bit comparison of a number that does not fit",
    text: `ldxw %r2, [%r1+24]\nand %r2, 3\nmov %r3, 0x7ffffffe\nadd %r2, %r3\njslt32 %r2, -1, bad\n${END}${BAD}`,
    windows: undefined,
    latest: INVALID_TYPE,
  },
  {
    id: "D4: a packet index bounded by 32-bit comparisons",
    text: `ldxdw %r2, [%r1]\nldxdw %r3, [%r1+8]\nmov %r4, %r2\nadd %r4, 32\njgt %r4, %r3, out\nldxw %r1, [%r1+24]\njslt32 %r1, 0, out\njsgt32 %r1, 31, out\nadd %r2, %r1\nldxb %r0, [%r2]\nout: ${END}`,
    windows: undefined,
    latest: "Lower bound must be at least meta_offset",
  },
  {
    id: "D5: a 32-bit sign extension onto itself",
    text: `mov %r1, %r10\nmov %r2, -1\nmovsx832 %r2, %r2\nadd %r1, %r2\nstb [%r1-8], 0\n${END}`,
    windows: undefined,
    latest: "Upper bound must be at most",
  },
  {
    id: "D6: a negative constant stored and tested",
    text: `stdw [%r10-8], -1\nldxdw %r1, [%r10-8]\njslt %r1, 0, bad\n${END}${BAD}`,
    windows: undefined,
    latest: INVALID_TYPE,
  },
  {
    id: "D6: a negative constant stored and used as an index",
    text: `stdw [%r10-8], -8\nldxdw %r1, [%r10-8]\nmov %r2, %r10\nadd %r2, %r1\nstb [%r2], 0\n${END}`,
    windows: "Upper bound must be at most",
    latest: undefined,
  },
  {
    id: "D7: a negative constant divided by a range",
    text: `ldxw %r1, [%r1+24]\nand %r1, 1\nadd %r1, 5\nmov %r2, -8\nsdiv %r2, %r1\njeq %r2, -1, bad\n${END}${BAD}`,
    windows: undefined,
    latest: INVALID_TYPE,
  },
  {
    id: "D8: a signed load compared without sign",
    text: `${VALUE}ldxsb %r1, [%r0]\njgt %r1, 255, bad\n${END}${BAD}`,
    windows: undefined,
    latest: INVALID_TYPE,
  },
  {
    id: "D9: a byte of the context as an index",
    text: `ldxb %r1, [%r1+24]\nmov %r2, %r10\nadd %r2, -256\nadd %r2, %r1\nstb [%r2], 0\n${END}`,
    windows: "Lower bound must be at least",
    latest: undefined,
  },
  {
    id: "D10: half of a packet pointer stored in a map",
    text: `mov %r6, %r1\n${VALUE}ldxw %r2, [%r6+4]\nstxw [%r0], %r2\n${END}`,
    windows: undefined,
    latest: INVALID_TYPE,
  },
  {
    id: "D11: a helper writes to the stack or to a value",
    text: `ldxw %r7, [%r1+24]\nstdw [%r10-16], 7\nstdw [%r10-32], 0\n${VALUE}mov %r8, %r0\njeq %r7, 0, same\nmov %r8, %r10\nadd %r8, -20\nsame: mov %r1, %r8\nmov %r2, 8\nmov %r3, %r10\nadd %r3, -32\nmov %r4, 8\ncall 22\nldxdw %r1, [%r10-16]\njne %r1, 7, bad\n${END}${BAD}`,
    windows: undefined,
    latest: INVALID_TYPE,
  },
  {
    id: "D12: no bytes compared",
    text: `mov %r1, %r10\nadd %r1, -8\nmov %r2, 0\nmov %r3, %r1\nmov %r4, 0\ncall 23\n${END}`,
    windows: undefined,
    latest: "Stack content is not numeric",
  },
  {
    id: "D13: a range divided by a negative constant",
    text: `ldxw %r1, [%r1+24]\nand %r1, 7\nadd %r1, 8\nsdiv %r1, -2\nmov %r2, %r10\nadd %r2, %r1\nstb [%r2-8], 0\n${END}`,
    windows: "Lower bound must be at least",
    latest: undefined,
  },
  {
    id: "D14: a range shifted left by nothing",
    text: `ldxw %r1, [%r1+24]\nand %r1, 7\nlsh %r1, 0\nmov %r2, %r10\nadd %r2, %r1\nstb [%r2-8], 0\n${END}`,
    windows: "Lower bound must be at least",
    latest: undefined,
  },
  {
    id: "D15: a pointer stored somewhere on the stack",
    text: `${KEY}ldxw %r3, [%r1+24]\nand %r3, 7\nmov %r2, %r10\nadd %r2, -256\nadd %r2, %r3\nstxdw [%r2], %r1\n${LOOKUP}${END}`,
    windows: "Illegal map update with a non-numerical value",
    latest: undefined,
  },
  {
    id: "D16: a byte stored just before a known cell",
    text: `stdw [%r10-8], 5\nldxw %r3, [%r1+24]\nand %r3, 7\nmov %r2, %r10\nadd %r2, -16\nadd %r2, %r3\nstb [%r2], 0\nldxdw %r1, [%r10-8]\nmov %r2, %r10\nadd %r2, %r1\nstb [%r2-8], 0\n${END}`,
    windows: "Lower bound must be at least",
    latest: undefined,
  },
  {
    id: "D18: a 32-bit division by a number whose lower half is zero",
    text: "mov %r1, 1\nlsh %r1, 32\nmov32 %r0, 6\ndiv32 %r0, %r1\nexit\n",
    windows: undefined,
    latest: "Possible division by zero (w1 != 0)",
    allowDivisionByZero: false,
  },
  {
    id: "D20: code behind a loop that is taken for unreachable",
    text: `ldxw %r5, [%r1+24]\nstdw [%r10-24], 7\nmov %r2, %r10\nadd %r2, -24\nmov %r9, 0\nl: mov %r5, %r2\nadd %r5, %r9\nadd %r9, 1\njlt %r9, 4, l\n${BAD}`,
    windows: undefined,
    latest: INVALID_TYPE,
  },
  {
    id: "D21: a number that is used as an address",
    text: `mov %r1, 1\nldxdw %r0, [%r1]\n${END}`,
    windows: "in {ctx, stack, packet, shared})",
    latest: "in {ctx, stack, packet, shared, socket, alloc_mem})",
  },
  {
    id: "D22: a 32-bit division by anything",
    text: "ldxw %r1, [%r1+24]\nmov32 %r0, 6\ndiv32 %r0, %r1\nexit\n",
    windows: "Possible division by zero (r1 != 0)",
    latest: "Possible division by zero (w1 != 0)",
    allowDivisionByZero: false,
  },
  {
    id: "D24: a map key far below the stack",
    text: `lddw.map %r1, 1\nmov %r2, %r10\nadd %r2, -8192\ncall 1\n${END}`,
    windows: "Cannot convert bottom to tuple",
    latest: "Illegal map update with a non-numerical value",
  },
];
