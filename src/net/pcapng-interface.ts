import { InvalidCaptureError } from "../errors.ts";
import { type CaptureClock, unitClock } from "./capture-clock.ts";
import type { CaptureInterface } from "./capture-cursor.ts";

/** Options of an interface description: draft-ietf-opsawg-pcapng, section 4.2. */
const OPTION_END = 0;
const OPTION_NAME = 2;
const OPTION_RESOLUTION = 9;
const OPTION_OFFSET = 14;

/** Bytes from the block's start to its first option. */
const OPTIONS = 16;

/** What an interface description block says. */
export interface DescribedInterface {
  readonly description: CaptureInterface;
  readonly clock: CaptureClock;
  readonly snapLength: number;
}

/** Units of time per second: a power of two where the top bit is set, else of ten. */
function unitsPerSecond(resolution: number): bigint {
  const exponent = BigInt(resolution & 0x7f);
  return resolution & 0x80 ? 2n ** exponent : 10n ** exponent;
}

/** Reads the interface description block of `length` bytes at `start`, which lies wholly inside the bytes. */
export function readInterface(
  view: DataView,
  { start, length, base }: { readonly start: number; readonly length: number; readonly base: number },
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
    if (value + size > end) throw new InvalidCaptureError(`option ${code} reaches beyond its block`, base + at);
    if (code === OPTION_NAME)
      name = new TextDecoder().decode(new Uint8Array(view.buffer, view.byteOffset + value, size));
    if (code === OPTION_RESOLUTION && size >= 1) resolution = view.getUint8(value);
    if (code === OPTION_OFFSET && size >= 8) offsetSeconds = view.getBigInt64(value, littleEndian);
    at = value + size + (-size & 3);
  }
  const linkType = view.getUint16(start + 8, littleEndian);
  return {
    description: name === undefined ? { linkType } : { linkType, name },
    clock: unitClock(unitsPerSecond(resolution), offsetSeconds),
    snapLength: view.getUint32(start + 12, littleEndian),
  };
}
