/** Byte order of a GUID in memory: the first three groups are little-endian numbers, the rest bytes as written. */
const ORDER = [3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15];

/** The 16 bytes of a GUID; zeros for undefined. */
export function guidBytes(guid: string | undefined): Uint8Array {
  const bytes = Buffer.from((guid ?? "").replaceAll("-", ""), "hex");
  return Uint8Array.from(ORDER, (at) => bytes[at] ?? 0);
}

/** The text of a GUID, in lower case: what `guidBytes` takes. */
export function guidText(bytes: Uint8Array): string {
  const hex = Buffer.from(ORDER.map((at) => bytes[at] ?? 0)).toString("hex");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}
