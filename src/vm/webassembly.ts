/*
 * The little of WebAssembly that is used, declared here because its types come with the DOM's, which Node programs do
 * not have.
 */

/** `WebAssembly.Memory` (WebAssembly JavaScript Interface, section 5.3). */
export interface WebAssemblyMemory {
  readonly buffer: ArrayBuffer;
  /** Adds pages of 64 KiB, detaches `buffer`, and returns how many there were before. */
  grow(pages: number): number;
}

/** What a module of the compiler's exports. */
export interface CompiledExports {
  /** One run: why it came back. */
  readonly run: (r1Low: number, r1High: number, r2: number, fuel: number) => number;
  /** A run for each descriptor from `first` to `end`: the one whose run did not exit, or `end`. */
  readonly packets: (first: number, end: number, fuel: number, zero: number) => number;
  /** `count` runs: how many are left, the one that did not exit among them. */
  readonly repeat: (count: number, r1: number, r2: number, fuel: number) => number;
}

/** What such a module imports: its memory, and functions. */
export type CompiledImports = Readonly<Record<string, object>>;

interface WebAssemblyInterface {
  readonly Memory: new (size: { initial: number; maximum: number }) => WebAssemblyMemory;
  readonly Module: new (bytes: Uint8Array<ArrayBuffer>) => object;
  readonly Instance: new <Exports>(
    module: object,
    imports: { readonly vm: CompiledImports },
  ) => { readonly exports: Exports };
  readonly RuntimeError: new () => Error;
}

declare const WebAssembly: WebAssemblyInterface;

/** A memory of `initial` pages that can grow to `maximum`. */
export function createMemory(initial: number, maximum: number): WebAssemblyMemory {
  return new WebAssembly.Memory({ initial, maximum });
}

/** Compiles a module of the compiler's and links it with what it imports. */
export function instantiate<Exports>(bytes: Uint8Array<ArrayBuffer>, imports: CompiledImports): Exports {
  return new WebAssembly.Instance<Exports>(new WebAssembly.Module(bytes), { vm: imports }).exports;
}

/** True for a trap: code that is not checked went outside of the memory. */
export function isTrap(error: unknown): boolean {
  return error instanceof WebAssembly.RuntimeError;
}
