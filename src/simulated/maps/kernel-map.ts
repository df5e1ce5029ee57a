import type { MapInfo, MapOptions } from "../../engine/index.ts";
import { EbpfResult } from "../../platform/index.ts";
import type { LookupTable, Memory } from "../../vm/index.ts";
import type { Kernel } from "../kernel.ts";
import { KernelObject } from "../objects.ts";

/** Bytes of a map's descriptor. Only its address matters: it is what a program holds as the map. */
const DESCRIPTOR_BYTES = 64;

/**
 * A map of the simulated kernel. Keys and values are passed as addresses in kernel memory, by helpers and by user
 * calls alike. Operations answer with `ebpf_result_t` numbers; those that find something answer with its address or,
 * negated, the result that says why not. What a kind does not override, it does not support, with the result that
 * Windows gives (libs/execution_context/ebpf_maps.c).
 */
export abstract class KernelMap extends KernelObject {
  readonly kind = "map";
  readonly options: MapOptions;
  /** Bytes of one value as user calls see it. A per-CPU map has one for each CPU, each padded to 8 bytes. */
  readonly valueBytes: number;
  protected readonly kernel: Kernel;
  #address = 0;
  #loan: Uint8Array | undefined;

  constructor(kernel: Kernel, options: MapOptions, valueBytes = options.valueSize) {
    super(kernel.objects);
    this.kernel = kernel;
    this.options = options;
    this.valueBytes = valueBytes;
  }

  /** Takes the memory that the map starts with. Throws `EBPF_NO_MEMORY`; what was taken is freed on release. */
  prepare(): void {
    this.#address = this.memory.allocate(DESCRIPTOR_BYTES, "metadata");
    this.kernel.mapsByAddress.set(this.#address, this);
  }

  /** How compiled code finds values by itself; undefined where it has to call. */
  get lookupTable(): LookupTable | undefined {
    return undefined;
  }

  /** Bytes for the value that a user call borrows: the same ones each time. */
  get loan(): Uint8Array {
    this.#loan ??= new Uint8Array(this.valueBytes);
    return this.#loan;
  }

  /** Address of the descriptor, in the metadata arena: what programs hold as this map. */
  get address(): number {
    return this.#address;
  }

  get info(): MapInfo {
    const { name, type, keySize, valueSize, maxEntries, declared = { pinning: 0, innerId: 0 } } = this.options;
    return {
      id: this.id,
      name,
      type,
      keySize,
      valueSize,
      maxEntries,
      innerMapId: this.innerMapId,
      declared,
      pinnedPaths: this.pinnedPaths,
    };
  }

  /** Id of the template of a map of maps, 0 in all others. */
  get innerMapId(): number {
    return 0;
  }

  protected get memory(): Memory {
    return this.kernel.memory;
  }

  /** For user calls: the address of the value of the key at `key`, and with `remove` the entry is taken out. */
  find(_key: number, _remove: boolean): number {
    return -EbpfResult.OPERATION_NOT_SUPPORTED;
  }

  /** For user calls: writes all `valueBytes` of an entry. */
  update(_key: number, _value: number, _flags: number): number {
    return EbpfResult.OPERATION_NOT_SUPPORTED;
  }

  /** For user calls: makes an entry refer to a map or program; undefined empties it. */
  updateObject(_key: number, _object: KernelObject | undefined, _flags: number): number {
    return EbpfResult.OPERATION_NOT_SUPPORTED;
  }

  /** `KEY_NOT_FOUND` where the key is not there. */
  delete(_key: number): number {
    return EbpfResult.OPERATION_NOT_SUPPORTED;
  }

  /**
   * Writes the key after the one at `previous` (0: the first) to `into`; `NO_MORE_KEYS` at the end, `KEY_NOT_FOUND`
   * where `previous` is unknown. Kinds without keys: `OPERATION_NOT_SUPPORTED`.
   */
  nextKey(_previous: number, _into: number): number {
    return EbpfResult.OPERATION_NOT_SUPPORTED;
  }

  /** For batches: the value of a key that `nextKey` gave, also where `find` says that an element is empty. */
  findListed(key: number): number {
    return this.find(key, false);
  }

  /** A program of `programType` is about to use the map: maps of programs hold programs of one type only. */
  associate(_programType: string): number {
    return EbpfResult.SUCCESS;
  }

  /** For programs: the address that a lookup gives them, 0 where there is no entry. */
  lookup(key: number): number {
    return Math.max(this.find(key, false), 0);
  }

  /** For programs: lookup and delete; the memory stays theirs until they end. */
  take(key: number): number {
    return Math.max(this.find(key, true), 0);
  }

  /** For programs: a per-CPU map writes the slot of the running CPU only. */
  updateFromProgram(key: number, value: number, flags: number): number {
    return this.update(key, value, flags);
  }

  /** For programs: `bpf_map_push_elem`. Windows updates without a key; only queues and stacks take that. */
  push(value: number, flags: number): number {
    return this.update(0, value, flags);
  }

  /** Address of the first value, for global variables; 0 in maps that have no fixed values. */
  get firstValue(): number {
    return 0;
  }

  protected override destroy(): void {
    if (this.#address === 0) return;
    this.kernel.mapsByAddress.delete(this.#address);
    this.memory.free(this.#address);
  }
}

/** `INVALID_ARGUMENT` for flags other than `BPF_ANY`, `BPF_NOEXIST`, `BPF_EXIST`: Windows knows no other. */
export function checkUpdateFlags(flags: number): number {
  return flags === 0 || flags === 1 || flags === 2 ? EbpfResult.SUCCESS : EbpfResult.INVALID_ARGUMENT;
}
