import { failure, type ProgramOptions } from "../engine/index.ts";
import { EbpfError } from "../errors.ts";
import { EbpfResult, type ProgramTypeRow, programTypes } from "../platform/index.ts";
import type { ProgramProof } from "../spec/index.ts";
import { type LookupTable, link } from "../vm/index.ts";
import { helpersFor } from "./helpers/index.ts";
import type { Kernel } from "./kernel.ts";
import type { MapReference } from "./map-reference.ts";
import type { KernelMap } from "./maps/index.ts";
import { KernelProgram } from "./program.ts";
import { useOf } from "./proof.ts";

/** Number of `bpf_get_prandom_u32`. */
const GET_PRANDOM_U32 = 6;
/** Number of `bpf_get_smp_processor_id`. */
const GET_SMP_PROCESSOR_ID = 8;
const CALL = 0x85;
/** Bytes of a name, its final NUL left out (BPF_OBJ_NAME_LEN is 64). */
const LONGEST_NAME = 63;

/**
 * What Windows refuses before it verifies: a type without a provider, and helpers that nothing implements. Throws
 * `EBPF_INVALID_ARGUMENT`.
 */
export function checkLoad(kernel: Kernel, options: ProgramOptions): void {
  programTypeOf(kernel, options);
  if (Buffer.byteLength(options.name) > LONGEST_NAME) {
    throw failure(EbpfResult.INVALID_ARGUMENT, `A program's name has at most ${LONGEST_NAME} bytes`);
  }
  const helpers = helpersFor(kernel, options.type);
  const { code } = options;
  const view = new DataView(code.buffer, code.byteOffset, code.byteLength);
  for (let at = 0; at + 8 <= code.length; at += 8) {
    const helper = view.getInt32(at + 4, true);
    if (code[at] !== CALL || code[at + 1] >> 4 !== 0 || helpers.has(helper)) continue;
    throw failure(
      EbpfResult.INVALID_ARGUMENT,
      `Program ${JSON.stringify(options.name)}: helper ${helper} is not known here`,
    );
  }
}

/** Loads a program; it comes with one reference, the caller's. `proof`: what is known of its accesses to memory. */
export function loadProgram(
  kernel: Kernel,
  options: ProgramOptions,
  references: readonly MapReference[],
  proof?: ProgramProof,
): KernelProgram {
  const type = programTypeOf(kernel, options);
  const maps = [...new Set(references.map((reference) => reference.map))];
  for (const map of maps) {
    const result = map.associate(options.type);
    if (result === EbpfResult.SUCCESS) continue;
    throw failure(result, `Map ${JSON.stringify(map.options.name)} holds programs of another type`);
  }
  const use = useOf(proof, options, type, references);
  const executable = link(options.code, {
    name: options.name,
    helpers: helpersFor(kernel, options.type),
    addresses: new Map(references.map((reference) => [reference.slot, addressOf(reference)])),
    lines: options.lines,
    lookups: lookupTables(maps),
    words: new Map([[GET_SMP_PROCESSOR_ID, kernel.cpuWord]]),
    randoms: new Map([[GET_PRANDOM_U32, kernel.random.word]]),
    ...(use.accesses === undefined ? {} : { proof: use.accesses }),
  });
  return new KernelProgram(kernel, options, type, { executable, maps, unproven: use.reason }).acquire();
}

function lookupTables(maps: readonly KernelMap[]): ReadonlyMap<number, LookupTable> {
  return new Map(
    maps.flatMap(({ address, lookupTable }) => (lookupTable === undefined ? [] : [[address, lookupTable]])),
  );
}

/** Throws `EBPF_INVALID_ARGUMENT` where the section of `options` stands for no program type. */
function programTypeOf(kernel: Kernel, options: ProgramOptions): ProgramTypeRow {
  const row = programTypes.find((type) => type.name === options.type);
  if (row?.context !== undefined && kernel.programTypes.includes(row.name)) return row;
  throw failure(
    EbpfResult.INVALID_ARGUMENT,
    `Program ${JSON.stringify(options.name)} has no program type`,
    `Section ${JSON.stringify(options.section)} begins with no prefix that Windows knows: name it "xdp", …`,
  );
}

function addressOf({ map, offset }: MapReference): number {
  if (offset === undefined) return map.address;
  if (map.firstValue !== 0 && offset >= 0 && offset < map.options.valueSize) return map.firstValue + offset;
  throw new EbpfError(
    "EBPF_INVALID_ARGUMENT",
    `Map ${JSON.stringify(map.options.name)} has no byte ${offset} that a program could refer to`,
    { hint: "Only array maps have fixed values, and the byte must lie inside the first." },
  );
}
