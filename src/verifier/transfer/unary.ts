import { canonical, type Integer, Interval, type State, type Variable, zeroExtend } from "../domain/index.ts";
import type { Environment } from "../environment.ts";
import type { Unary } from "../ir/index.ts";
import { multiplyBy } from "./arithmetic.ts";

interface ByteOrder {
  readonly bytes: 2 | 4 | 8;
  /** `swap` always reverses, the others if the machine has the other order. */
  readonly to: "big" | "little" | "swap";
}

const BYTE_ORDERS: Readonly<Record<Exclude<Unary["operation"], "neg">, ByteOrder>> = {
  be16: { bytes: 2, to: "big" },
  be32: { bytes: 4, to: "big" },
  be64: { bytes: 8, to: "big" },
  le16: { bytes: 2, to: "little" },
  le32: { bytes: 4, to: "little" },
  le64: { bytes: 8, to: "little" },
  swap16: { bytes: 2, to: "swap" },
  swap32: { bytes: 4, to: "swap" },
  swap64: { bytes: 8, to: "swap" },
};

/** Negation and byte swaps; the latter are followed for constants only. */
export function unary(state: State, { operation, dst, is64 }: Unary, { options }: Environment): void {
  const { views } = state.location(dst);
  if (operation === "neg") {
    multiplyBy(state.values, views, -1, is64 ? 64 : 32);
    state.havocOffsets(dst);
    return;
  }
  const { bytes, to } = BYTE_ORDERS[operation];
  const reverses = to === "swap" || (to === "big") !== options.bigEndian;
  if (!reverses && bytes === 8) return;
  const convert = (value: Integer, signed: boolean): Integer => {
    const bits = BigInt(zeroExtend(value, 8 * bytes));
    const result = reverses ? reversed(bits, bytes) : bits;
    return canonical(signed && bytes === 8 ? BigInt.asIntN(64, result) : result);
  };
  const apply = (variable: Variable, signed: boolean): void => {
    const value = state.isNumber(dst) ? state.zone.interval(variable).constant : undefined;
    if (value !== undefined) {
      state.values.set(variable, Interval.constant(convert(value, signed)));
      return;
    }
    state.values.havoc(variable);
    state.havocOffsets(dst);
  };
  apply(views.signed, true);
  apply(views.unsigned, false);
}

function reversed(value: bigint, bytes: number): bigint {
  let result = 0n;
  for (let i = 0; i < bytes; i++) result = (result << 8n) | ((value >> BigInt(8 * i)) & 0xffn);
  return result;
}
