import { EbpfError } from "../errors.ts";
import { ALIGNMENT, Arena } from "./arena.ts";
import { createMemory, type WebAssemblyMemory } from "./webassembly.ts";

const PAGE = 65_536;
/**
 * Bytes that the memory has from the start; the system provides pages when they are first touched. Growing detaches
 * the buffer, after which V8 checks at every access, in the whole process, whether its buffer is still there: hence
 * enough for most kernels. More would cost each of them: V8 counts it as garbage to come.
 */
const FIRST_BYTES = 16 * 1024 * 1024;
/** An arena asks for at least this many bytes at once. */
const SPAN = 16 * PAGE;
/** Addresses stay positive as signed 32-bit numbers: the interpreter compares them so. */
const HIGHEST_LIMIT = 0x8000_0000 - PAGE;
const DEFAULT_LIMIT = 1024 * 1024 * 1024;

/** `data` is what programs may be let see; `metadata` is the kernel's own, in pages that hold no `data`. */
export type ArenaName = "data" | "metadata";

export interface MemoryOptions {
  /** Bytes that the memory may grow to, page 0 included; 1 GiB unless given, at most 2 GiB less a page. */
  readonly limit?: number;
}

/**
 * The one memory of a simulated kernel, at flat 32-bit addresses. Page 0 is never handed out, so that null pointers,
 * and those up to 64 KiB beyond null, fault.
 *
 * The views are replaced when the memory grows: read them again after every `allocate`, keep none.
 */
export class Memory {
  readonly wasm: WebAssemblyMemory;
  /** Every byte, by address. */
  bytes: Uint8Array;
  /** The same, for multi-byte access at any alignment; eBPF is little-endian here. */
  data: DataView;
  readonly #limit: number;
  readonly #arenas = { data: new Arena(), metadata: new Arena() };
  /** Addresses from here up belong to no arena yet. */
  #top = PAGE;

  constructor(options: MemoryOptions = {}) {
    const limit = options.limit ?? DEFAULT_LIMIT;
    if (!Number.isInteger(limit) || limit < 2 * PAGE || limit > HIGHEST_LIMIT) {
      throw new EbpfError(
        "EBPF_INVALID_ARGUMENT",
        `memory limit ${limit} is not a whole number of bytes from ${2 * PAGE} to ${HIGHEST_LIMIT}`,
      );
    }
    this.#limit = Math.floor(limit / PAGE) * PAGE;
    this.wasm = createMemory(Math.min(this.#limit, FIRST_BYTES) / PAGE, this.#limit / PAGE);
    this.bytes = new Uint8Array(this.wasm.buffer);
    this.data = new DataView(this.wasm.buffer);
  }

  /** Bytes handed out in both arenas. */
  get used(): number {
    return this.#arenas.data.used + this.#arenas.metadata.used;
  }

  /**
   * Reserves `bytes` zeroed bytes and returns their address, a multiple of 8.
   *
   * @throws EbpfError `EBPF_NO_MEMORY` past the limit.
   */
  allocate(bytes: number, arena: ArenaName): number {
    if (!Number.isInteger(bytes) || bytes < 0) {
      throw new EbpfError("EBPF_INVALID_ARGUMENT", `cannot allocate ${bytes} bytes`);
    }
    const size = Math.max(Math.ceil(bytes / ALIGNMENT), 1) * ALIGNMENT;
    let address = this.#arenas[arena].take(size);
    if (address === undefined) {
      this.#extend(size, arena);
      address = this.#arenas[arena].take(size);
    }
    if (address === undefined) throw this.#exhausted(size);
    this.bytes.fill(0, address, address + size);
    return address;
  }

  /**
   * Gives back what `allocate` returned.
   *
   * @throws EbpfError `EBPF_INVALID_ARGUMENT` when the address is not in use.
   */
  free(address: number): void {
    if (!this.#arenas.data.release(address) && !this.#arenas.metadata.release(address)) {
      throw new EbpfError("EBPF_INVALID_ARGUMENT", `nothing is allocated at 0x${address.toString(16)}`);
    }
  }

  #exhausted(size: number, cause?: unknown): EbpfError {
    return new EbpfError(
      "EBPF_NO_MEMORY",
      `no room for ${size} bytes: ${this.used} of at most ${this.#limit} bytes of kernel memory are in use`,
      {
        cause,
        native: { result: 12, errno: 12 },
        hint: "Give simulate() a higher memory limit, or make the maps smaller.",
      },
    );
  }

  #extend(size: number, arena: ArenaName): void {
    const room = this.#limit - this.#top;
    const needed = Math.ceil(size / PAGE) * PAGE;
    if (needed > room) throw this.#exhausted(size);
    // Small kernels give small spans, or one arena would leave nothing to the other.
    const usual = Math.min(SPAN, Math.ceil(this.#limit / 16 / PAGE) * PAGE);
    const span = Math.min(Math.max(needed, usual), room);
    if (this.#top + span > this.bytes.length) this.#grow(this.#top + span - this.bytes.length);
    this.#arenas[arena].give(this.#top, this.#top + span);
    this.#top += span;
  }

  #grow(bytes: number): void {
    try {
      this.wasm.grow(bytes / PAGE);
    } catch (cause) {
      throw this.#exhausted(bytes, cause);
    }
    this.bytes = new Uint8Array(this.wasm.buffer);
    this.data = new DataView(this.wasm.buffer);
  }
}
