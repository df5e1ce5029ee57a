import type { Work } from "../turns/index.ts";

/** Bytes between two pauses: hashing them takes well under a millisecond. */
const PIECE = 128 * 1024;

/** Whether an image holds the SHA-256 of `elf` anywhere, as bpf2c writes it (tools/bpf2c/bpf2c.cpp); pauses now and then. */
export function* holdsHash(image: Uint8Array, elf: Uint8Array): Work<boolean> {
  // Not imported: few processes load images.
  const hash = process.getBuiltinModule("node:crypto").createHash("sha256");
  for (let at = 0; at < elf.length; at += PIECE) {
    hash.update(elf.subarray(at, at + PIECE));
    yield;
  }
  const digest = hash.digest();
  for (let at = 0; at < image.length; at += PIECE) {
    // A piece reaches into the next, for what lies over the border.
    const piece = image.subarray(at, at + PIECE + digest.length - 1);
    if (Buffer.from(piece.buffer, piece.byteOffset, piece.length).includes(digest)) return true;
    yield;
  }
  return false;
}
