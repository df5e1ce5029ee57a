const BILLION = 1_000_000_000n;

/** Where a time stamp is written to, so that none needs an object: whole seconds, and nanoseconds below one. */
export interface SplitTime {
  seconds: number;
  nanoseconds: number;
}

/** What the two 32-bit halves of a file's time stamps mean. */
export interface CaptureClock {
  /** Nanoseconds since 1970-01-01 UTC. */
  nanoseconds(high: number, low: number): bigint;
  /** The same time, split; exact up to 2^53 seconds. */
  split(high: number, low: number, into: SplitTime): void;
}

/** Any clock, by its bigints. */
function splitBig(total: bigint, into: SplitTime): void {
  const nanoseconds = BigInt.asUintN(64, ((total % BILLION) + BILLION) % BILLION);
  into.seconds = Number((total - nanoseconds) / BILLION);
  into.nanoseconds = Number(nanoseconds);
}

/** pcap: seconds in the first half, units of `fraction` nanoseconds in the second. */
export function pcapClock(fraction: number): CaptureClock {
  return {
    nanoseconds: (seconds, part) => BigInt(seconds) * BILLION + BigInt(part) * BigInt(fraction),
    split: (seconds, part, into) => {
      const nanoseconds = part * fraction;
      // Only broken files have a fraction of a second or more.
      const carry = nanoseconds < 1e9 ? 0 : Math.floor(nanoseconds / 1e9);
      into.seconds = seconds + carry;
      into.nanoseconds = nanoseconds - carry * 1e9;
    },
  };
}

/** pcapng: a 64-bit number of units, `units` of which are a second, from `offset` seconds since 1970 on. */
export function unitClock(units: bigint, offset: bigint): CaptureClock {
  const start = offset * BILLION;
  const isWhole = units <= BILLION && BILLION % units === 0n;
  const each = BILLION / units;
  // The usual two, microseconds and nanoseconds, need no division of bigints.
  const nanoseconds = isWhole
    ? (high: number, low: number) => ((BigInt(high) << 32n) | BigInt(low)) * each + start
    : (high: number, low: number) => (((BigInt(high) << 32n) | BigInt(low)) * BILLION) / units + start;
  if (!isWhole || offset !== 0n) {
    return { nanoseconds, split: (high, low, into) => splitBig(nanoseconds(high, low), into) };
  }
  return { nanoseconds, split: unitSplit(Number(units), Number(each)) };
}

/**
 * Splits by a whole number of units a second, each of so many nanoseconds. The second that the packet before came in is
 * kept: most packets come in the same one, and need no division.
 */
function unitSplit(perSecond: number, each: number): CaptureClock["split"] {
  let startHigh = 0;
  let startLow = 0;
  let second = 0;
  return (high, low, into) => {
    // Both terms are multiples of one unit and below 2^53 where the sum is near zero; far from it, rounding does no harm.
    let since = (high - startHigh) * 0x1_0000_0000 + (low - startLow);
    if (since < 0 || since >= perSecond) {
      // Long division by 16 bits at a time: every step stays below 2^53.
      const upper = high * 0x1_0000 + (low >>> 16);
      const first = Math.floor(upper / perSecond);
      const rest = (upper - first * perSecond) * 0x1_0000 + (low & 0xffff);
      const last = Math.floor(rest / perSecond);
      second = first * 0x1_0000 + last;
      since = rest - last * perSecond;
      const borrow = low < since ? 1 : 0;
      startHigh = high - borrow;
      startLow = low - since + borrow * 0x1_0000_0000;
    }
    into.seconds = second;
    into.nanoseconds = since * each;
  };
}

/** For packets without a time. */
export const noTime: CaptureClock = {
  nanoseconds: () => 0n,
  split: (_high, _low, into) => {
    into.seconds = 0;
    into.nanoseconds = 0;
  },
};
