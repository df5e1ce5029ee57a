import { assertObject } from "../arguments.ts";
import { blankArrays } from "./blank-array.ts";
import { checkBounds } from "./bounds.ts";
import { type Codec, ownCodec, worksInPlace } from "./codec.ts";
import { CodecError, inside } from "./codec-error.ts";
import { describe } from "./describe.ts";
import { checkExtent } from "./extent.ts";

/** The values of a per-CPU map's entry: one for each CPU, each padded to 8 bytes. */
export interface PerCpuCodec<T> extends Codec<T[]> {
  readonly element: Codec<T>;
}

/**
 * An entry of a per-CPU map: `cpus` values of `element` (`runtime.cpus` says how many), by CPU. Fewer or more are
 * `EBPF_INVALID_ARGUMENT`.
 *
 * @example
 * runtime.createMap({ type: MapType.PERCPU_ARRAY, key: u32, value: perCpu(u64, runtime.cpus), maxEntries: 1 });
 */
export function perCpu<T>(element: Codec<T>, cpus: number): PerCpuCodec<T> {
  assertObject(element, "An element's codec");
  checkExtent(cpus, "a number of CPUs");
  const stride = Math.ceil(element.size / 8) * 8;
  const size = checkExtent(cpus * stride, "a number of bytes");
  const name = `${element.name} on ${cpus} CPUs`;
  const blank = blankArrays<T>(cpus);
  return ownCodec(
    {
      name,
      size,
      align: 8,
      element,
      encode(values: T[], bytes: Uint8Array, offset: number): void {
        checkBounds(bytes, offset, size, name);
        if (!Array.isArray(values) || values.length !== cpus) {
          throw new CodecError(`${name} takes an array of ${cpus}, not ${describe(values)}`);
        }
        bytes.fill(0, offset, offset + size);
        let cpu = 0;
        try {
          for (; cpu < cpus; cpu++) element.encode(values[cpu], bytes, offset + cpu * stride);
        } catch (error) {
          throw inside(error, cpu);
        }
      },
      decode(bytes: Uint8Array, offset: number): T[] {
        checkBounds(bytes, offset, size, name);
        const values = blank();
        for (let cpu = 0; cpu < cpus; cpu++) values[cpu] = element.decode(bytes, offset + cpu * stride);
        return values;
      },
    },
    worksInPlace(element),
  );
}

/** Whether a codec is of a per-CPU map's entries. */
export function isPerCpu<T>(codec: Codec<T> | PerCpuCodec<unknown>): codec is PerCpuCodec<unknown> {
  return "element" in codec;
}
