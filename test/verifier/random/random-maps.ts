import { MapType, mapTypes } from "../../../src/platform/index.ts";
import type { MapSpec, Platform } from "../../../src/spec/index.ts";

/** A map that every random program may use. */
export interface RandomMap {
  /** The number that stands for it in the code. */
  readonly descriptor: number;
  readonly name: string;
  /** Windows' number. */
  readonly type: number;
  /** Bytes. */
  readonly keySize: number;
  /** Bytes. */
  readonly valueSize: number;
  readonly maxEntries: number;
  /** Descriptor of the template of what it holds. */
  readonly inner?: number;
}

const map = (
  descriptor: number,
  type: keyof typeof MapType,
  keySize: number,
  valueSize: number,
  maxEntries: number,
  inner?: number,
): RandomMap => ({
  descriptor,
  name: `map_${descriptor}`,
  type: MapType[type],
  keySize,
  valueSize,
  maxEntries,
  ...(inner === undefined ? {} : { inner }),
});

export const RANDOM_MAPS: readonly RandomMap[] = [
  map(1, "ARRAY", 4, 16, 4),
  map(2, "HASH", 8, 32, 4),
  map(3, "PROG_ARRAY", 4, 4, 1),
  map(4, "PERCPU_ARRAY", 4, 8, 2),
  map(5, "LRU_HASH", 4, 64, 4),
  map(6, "LPM_TRIE", 8, 4, 4),
  map(7, "ARRAY_OF_MAPS", 4, 4, 2, 1),
  map(8, "HASH_OF_MAPS", 8, 4, 2, 2),
  map(9, "RINGBUF", 0, 0, 4096),
  map(10, "QUEUE", 0, 8, 4),
  map(11, "STACK", 0, 4, 4),
  map(12, "PERF_EVENT_ARRAY", 0, 0, 4096),
  map(13, "PERCPU_HASH", 4, 24, 4),
];

/** Descriptors by what the maps are good for. */
export const VALUE_MAPS = [1, 1, 2, 2, 4, 5, 6, 13] as const;
export const OUTER_MAPS = [7, 8] as const;
export const QUEUES = [10, 11] as const;
export const PROGRAM_MAP = 3;
/** Maps whose values have addresses that code can name. */
export const DIRECT_MAPS = [1, 4] as const;

export function randomMap(descriptor: number): RandomMap {
  const found = RANDOM_MAPS.find((each) => each.descriptor === descriptor);
  if (found === undefined) throw new Error(`no map ${descriptor}`);
  return found;
}

/** The maps as an object for a platform declares them. */
export function mapSpecs(platform: Platform): readonly MapSpec[] {
  const specs: MapSpec[] = [];
  for (const { inner, ...rest } of RANDOM_MAPS) {
    const type = platform === "windows" ? rest.type : (mapTypes[rest.type]?.linuxNumber ?? 0);
    const template = specs.find(({ descriptor }) => descriptor === inner);
    const spec: MapSpec = { ...rest, type, flags: 0, pinByName: false, section: "maps" };
    specs.push(template === undefined ? spec : { ...spec, inner: template });
  }
  return specs;
}
