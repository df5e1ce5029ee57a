import { AssemblyError } from "./assembly-error.ts";
import type { Token } from "./assembly-line.ts";
import type { Operand } from "./syntax.ts";

const REGISTER = /^%r(\d+)$/;
const MEMORY = /^\[\s*(%r\d+)\s*(?:([+-])\s*(\w+)\s*)?\]$/;
const NUMBER = /^[+-]?(?:0[xX][0-9a-fA-F]+|\d+)$/;
const DISTANCE = /^[+-]/;
/** Longer numbers are refused unread: their value would take quadratic time. */
const MOST_DIGITS = 64;
const LABEL = /^[A-Za-z_.$][\w.$]*$/;

type Shape = "register" | "memory" | "number" | "target";

const SHAPES: Readonly<Record<Operand, Shape>> = {
  dst: "register",
  src: "register",
  "dst-memory": "memory",
  "src-memory": "memory",
  "offset-target": "target",
  "imm-target": "target",
  imm: "number",
  imm64: "number",
  high: "number",
};

const EXPECTED: Readonly<Record<Shape, string>> = {
  register: "a register, %r0 to %r15",
  memory: "memory, [%r1+4]",
  number: "a number",
  target: "a label, or a distance with a sign",
};

/** What an operand looks like, without judging whether its numbers fit. */
function looksLike(token: Token, shape: Shape): boolean {
  if (shape === "register") return token.text.startsWith("%");
  if (shape === "memory") return token.text.startsWith("[");
  if (shape === "number") return NUMBER.test(token.text);
  return LABEL.test(token.text) || DISTANCE.test(token.text);
}

export function fits(token: Token, operand: Operand): boolean {
  return looksLike(token, SHAPES[operand]);
}

export function expected(operand: Operand): string {
  return EXPECTED[SHAPES[operand]];
}

/** A register field's number. The four bits hold 15, although no register above 10 exists. */
export function readRegister(token: Token): number {
  const number = Number(REGISTER.exec(token.text)?.[1] ?? Number.NaN);
  if (number >= 0 && number <= 15) return number;
  throw new AssemblyError(`no register ${JSON.stringify(token.text)}`, token);
}

/**
 * A number of so many bits, signed. Hexadecimal is bits and may fill them all; decimal is a value and may not, so that
 * `mov %r1, 4294967295` does not quietly mean -1.
 */
function readBits(token: Token, bits: number): bigint {
  if (!NUMBER.test(token.text)) throw new AssemblyError(`expected a number, not ${JSON.stringify(token.text)}`, token);
  const negative = token.text.startsWith("-");
  const digits = token.text.replace(/^[+-]/, "");
  if (digits.length > MOST_DIGITS) throw new AssemblyError(`a number of ${digits.length} digits does not fit`, token);
  const value = negative ? -BigInt(digits) : BigInt(digits);
  const isHexadecimal = /^0x/i.test(digits);
  const most = isHexadecimal || bits === 64 ? (1n << BigInt(bits)) - 1n : (1n << BigInt(bits - 1)) - 1n;
  if (value > most || value < -(1n << BigInt(bits - 1))) {
    throw new AssemblyError(`${token.text} does not fit ${bits} bits`, token);
  }
  return BigInt.asIntN(bits, value);
}

export function readNumber(token: Token, bits: 16 | 32): number {
  return Number(readBits(token, bits));
}

export function readWide(token: Token): { imm: number; high: number } {
  const value = readBits(token, 64);
  return { imm: Number(BigInt.asIntN(32, value)), high: Number(BigInt.asIntN(32, value >> 32n)) };
}

export function readMemory(token: Token): { register: number; offset: number } {
  const [, register, sign, distance] = MEMORY.exec(token.text) ?? [];
  if (register === undefined)
    throw new AssemblyError(`expected memory, [%r1+4], not ${JSON.stringify(token.text)}`, token);
  return {
    register: readRegister({ ...token, text: register }),
    offset: distance === undefined ? 0 : readNumber({ ...token, text: `${sign}${distance}` }, 16),
  };
}

/** A distance in slots, or `undefined` where the operand is a label. */
export function readDistance(token: Token, bits: 16 | 32): number | undefined {
  return DISTANCE.test(token.text) ? readNumber(token, bits) : undefined;
}
