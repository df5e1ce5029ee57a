/** The simulated kernel's time: an input, so that runs can be repeated. It moves only when it is told to. */
export class Clock {
  #bootNanoseconds: bigint;
  #suspendedNanoseconds = 0n;

  /** `start` is nanoseconds since boot. */
  constructor(start: bigint) {
    this.#bootNanoseconds = start;
  }

  /** Nanoseconds since boot, suspended time included: `bpf_ktime_get_boot_ns`. */
  get bootTime(): bigint {
    return this.#bootNanoseconds;
  }

  /** Nanoseconds since boot, suspended time left out: `bpf_ktime_get_ns`. */
  get monotonicTime(): bigint {
    return this.#bootNanoseconds - this.#suspendedNanoseconds;
  }

  /** Lets `nanoseconds` pass. */
  advance(nanoseconds: bigint | number): void {
    this.#bootNanoseconds += forward(nanoseconds);
  }

  /** Lets `nanoseconds` pass asleep: only `bootTime` moves on. */
  suspend(nanoseconds: bigint | number): void {
    this.#suspendedNanoseconds += forward(nanoseconds);
    this.#bootNanoseconds += forward(nanoseconds);
  }
}

function forward(nanoseconds: bigint | number): bigint {
  const duration = BigInt(nanoseconds);
  if (duration < 0n) throw new RangeError("Time does not go back: give a duration of 0 or more nanoseconds");
  return duration;
}
