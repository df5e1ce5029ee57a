import type { MapInfo, MapOptions } from "../../engine/index.ts";
import { EbpfResult } from "../../platform/index.ts";
import type { Memory } from "../../vm/index.ts";
import type { Kernel } from "../kernel.ts";
import { KernelObject } from "../objects.ts";

/** Bytes of a map's descriptor. Only its address matters: it is what a program holds as the map. */
const DESCRIPTOR_BYTES = 64;

/**
 * A map of the simulated kernel. Keys and values are passed as addresses in kernel memory, by helpers and by user
 * calls alike, so both mean the same. Operations answer with `ebpf_result_t` numbers.
 */
export abstract class KernelMap extends KernelObject {
  readonly kind = "map";
  readonly options: MapOptions;
  protected readonly kernel: Kernel;
  #address = 0;

  constructor(kernel: Kernel, options: MapOptions) {
    super(kernel.objects);
    this.kernel = kernel;
    this.options = options;
  }

  /** Takes the memory that the map starts with. Throws `EBPF_NO_MEMORY`; what was taken is freed on release. */
  prepare(): void {
    this.#address = this.memory.allocate(DESCRIPTOR_BYTES, "metadata");
    this.kernel.mapsByAddress.set(this.#address, this);
  }

  /** Address of the descriptor, in the metadata arena: what programs hold as this map. */
  get address(): number {
    return this.#address;
  }

  get info(): MapInfo {
    const { name, type, keySize, valueSize, maxEntries } = this.options;
    return { id: this.id, name, type, keySize, valueSize, maxEntries };
  }

  protected get memory(): Memory {
    return this.kernel.memory;
  }

  /** Address of the value of the key at `key`, 0 where there is none. */
  abstract lookup(key: number): number;
  abstract update(key: number, value: number, flags: number): number;
  /** `KEY_NOT_FOUND` where the key is not there. */
  abstract delete(key: number): number;
  /** Writes the key after the one at `previous` (0: the first) to `into`; `NO_MORE_KEYS` at the end. */
  abstract nextKey(previous: number, into: number): number;
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
