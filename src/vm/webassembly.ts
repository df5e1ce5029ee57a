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

interface WebAssemblyInterface {
  readonly Memory: new (size: { initial: number; maximum: number }) => WebAssemblyMemory;
}

declare const WebAssembly: WebAssemblyInterface;

/** A memory of `initial` pages that can grow to `maximum`. */
export function createMemory(initial: number, maximum: number): WebAssemblyMemory {
  return new WebAssembly.Memory({ initial, maximum });
}
