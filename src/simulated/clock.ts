/** When the simulated machine booted: 100 ns since 1601 (18 June 2022, 04:26:40 UTC). */
const BOOT_FILE_TIME = 133_000_000_000_000_000n;
const NANOSECONDS_PER_FILE_TIME = 100n;

/** The simulated kernel's time: an input, so that runs can be repeated. It moves only when it is told to. */
export class Clock {
  #bootNanoseconds: bigint;
  /** What has passed besides, in numbers: bigints are made when somebody looks. */
  #seconds = 0;
  #nanoseconds = 0;
  #suspendedNanoseconds = 0n;

  /** `start` is nanoseconds since boot. */
  constructor(start: bigint) {
    this.#bootNanoseconds = start;
  }

  /** Nanoseconds since boot, suspended time included: `bpf_ktime_get_boot_ns`. */
  get bootTime(): bigint {
    if (this.#seconds !== 0 || this.#nanoseconds !== 0) this.#settle();
    return this.#bootNanoseconds;
  }

  /** Nanoseconds since boot, suspended time left out: `bpf_ktime_get_ns`. */
  get monotonicTime(): bigint {
    return this.bootTime - this.#suspendedNanoseconds;
  }

  /** The time of day as Windows' FILETIME: 100 ns since 1601, UTC. */
  get fileTime(): bigint {
    return BOOT_FILE_TIME + this.#bootNanoseconds / NANOSECONDS_PER_FILE_TIME;
  }

  /** Lets `nanoseconds` pass. */
  advance(nanoseconds: bigint | number): void {
    this.#bootNanoseconds += forward(nanoseconds);
  }

  /** @internal Lets whole seconds and nanoseconds pass; one of them may be negative, not what they are together. */
  pass(seconds: number, nanoseconds: number): void {
    this.#seconds += seconds;
    this.#nanoseconds += nanoseconds;
  }

  /** Lets `nanoseconds` pass asleep: only `bootTime` moves on. */
  suspend(nanoseconds: bigint | number): void {
    this.#suspendedNanoseconds += forward(nanoseconds);
    this.#bootNanoseconds += forward(nanoseconds);
  }

  #settle(): void {
    this.#bootNanoseconds += BigInt(this.#seconds) * 1_000_000_000n + BigInt(this.#nanoseconds);
    this.#seconds = 0;
    this.#nanoseconds = 0;
  }
}

function forward(nanoseconds: bigint | number): bigint {
  const duration = BigInt(nanoseconds);
  if (duration < 0n) throw new RangeError("Time does not go back: give a duration of 0 or more nanoseconds");
  return duration;
}
