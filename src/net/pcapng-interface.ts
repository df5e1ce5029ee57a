import { InvalidCaptureError } from "../errors.ts";
import type { CaptureInterface, Clock } from "./capture.ts";

/** Options of an interface description: draft-ietf-opsawg-pcapng, section 4.2. */
const OPTION_END = 0;
const OPTION_NAME = 2;
const OPTION_RESOLUTION = 9;
const OPTION_OFFSET = 14;

/** Bytes from the block's start to its first option. */
const OPTIONS = 16;

const BILLION = 1_000_000_000n;

/** What an interface description block says. */
export interface DescribedInterface {
  readonly description: CaptureInterface;
  readonly clock: Clock;
  readonly snapLength: number;
}

/** Units of time per second: a power of two where the top bit is set, else of ten. */
function unitsPerSecond(resolution: number): bigint {
  const exponent = BigInt(resolution & 0x7f);
  return resolution & 0x80 ? 2n ** exponent : 10n ** exponent;
}

function clockOf(resolution: number, offsetSeconds: bigint): Clock {
  const units = unitsPerSecond(resolution);
  const offset = offsetSeconds * BILLION;
  // The usual two need no division.
  if (units <= BILLION && BILLION % units === 0n) {
    const nanoseconds = BILLION / units;
    return (high, low) => ((BigInt(high) << 32n) | BigInt(low)) * nanoseconds + offset;
  }
  return (high, low) => (((BigInt(high) << 32n) | BigInt(low)) * BILLION) / units + offset;
}

/** Reads the interface description block of `length` bytes at `start`, which lies wholly inside the file. */
export function readInterface(
  view: DataView,
  start: number,
  length: number,
  littleEndian: boolean,
): DescribedInterface {
  const end = start + length - 4;
  let resolution = 6;
  let offsetSeconds = 0n;
  let name: string | undefined;
  for (let at = start + OPTIONS; at + 4 <= end; ) {
    const code = view.getUint16(at, littleEndian);
    const size = view.getUint16(at + 2, littleEndian);
    const value = at + 4;
    if (code === OPTION_END) break;
    if (value + size > end) throw new InvalidCaptureError(`option ${code} reaches beyond its block`, at);
    if (code === OPTION_NAME)
      name = new TextDecoder().decode(new Uint8Array(view.buffer, view.byteOffset + value, size));
    if (code === OPTION_RESOLUTION && size >= 1) resolution = view.getUint8(value);
    if (code === OPTION_OFFSET && size >= 8) offsetSeconds = view.getBigInt64(value, littleEndian);
    at = value + size + (-size & 3);
  }
  const linkType = view.getUint16(start + 8, littleEndian);
  return {
    description: name === undefined ? { linkType } : { linkType, name },
    clock: clockOf(resolution, offsetSeconds),
    snapLength: view.getUint32(start + 12, littleEndian),
  };
}
