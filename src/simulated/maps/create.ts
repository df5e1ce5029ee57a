import { failure, type MapOptions } from "../../engine/index.ts";
import { EbpfError } from "../../errors.ts";
import { EbpfResult, MapType, mapTypes } from "../../platform/index.ts";
import type { Kernel } from "../kernel.ts";
import { ArrayMap } from "./array-map.ts";
import { HashMap } from "./hash-map.ts";
import type { KernelMap } from "./kernel-map.ts";

/** Longest name of a map, program or object in bytes, its final NUL left out (BPF_OBJ_NAME_LEN is 64). */
const LONGEST_NAME = 63;

type MapConstructor = new (kernel: Kernel, options: MapOptions) => KernelMap;

/** The map types that this kernel has. */
const constructors = new Map<number, MapConstructor>([
  [MapType.HASH, HashMap],
  [MapType.ARRAY, ArrayMap],
]);

/**
 * Creates a map after the checks that Windows makes, in Windows' order: unknown type, key size, value size, number of
 * entries, name, unspecified type (libs/execution_context/ebpf_maps.c). The map comes with one reference, the caller's.
 */
export function createMap(kernel: Kernel, options: MapOptions): KernelMap {
  const row = mapTypes[options.type];
  const where = `Map ${JSON.stringify(options.name)}`;
  if (row === undefined) throw failure(EbpfResult.INVALID_ARGUMENT, `${where}: there is no map type ${options.type}`);
  checkSize(where, "key size", options.keySize);
  checkSize(where, "value size", options.valueSize);
  checkSize(where, "number of entries", options.maxEntries);
  if (Buffer.byteLength(options.name) > LONGEST_NAME) {
    throw failure(EbpfResult.INVALID_ARGUMENT, `${where}: the name is longer than ${LONGEST_NAME} bytes`);
  }
  if (row.number === MapType.UNSPEC) {
    throw failure(EbpfResult.OPERATION_NOT_SUPPORTED, `${where}: its type is not specified`);
  }
  const KernelMapType = constructors.get(options.type);
  if (KernelMapType === undefined) {
    throw new EbpfError("EBPF_NOT_SUPPORTED", `${where}: the simulated kernel has no ${row.name} maps yet`, {
      hint: "It has hash and array maps.",
    });
  }
  const map = new KernelMapType(kernel, options).acquire();
  try {
    map.prepare();
    return map;
  } catch (error) {
    map.release();
    throw error;
  }
}

function checkSize(where: string, what: string, size: number): void {
  if (Number.isInteger(size) && size > 0 && size <= 0xffff_ffff) return;
  throw failure(EbpfResult.INVALID_ARGUMENT, `${where}: a ${what} of ${size} is not possible`);
}
