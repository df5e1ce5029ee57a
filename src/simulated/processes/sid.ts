import { EbpfError } from "../../errors.ts";

const REVISION = 1;
/** Sub-authorities of a SID (SID_MAX_SUB_AUTHORITIES, winnt.h): with 15 it has 68 bytes. */
const MOST_SUB_AUTHORITIES = 15;
const LARGEST_AUTHORITY = 2 ** 48 - 1;
const LARGEST_SUB_AUTHORITY = 2 ** 32 - 1;

/**
 * The bytes of a security identifier, `"S-1-5-18"` ([MS-DTYP] 2.4.2): revision, count, the authority in 6 bytes (most
 * significant first), the sub-authorities in 4 each (least significant first). Throws `EBPF_INVALID_ARGUMENT`.
 */
export function parseSid(text: string): Uint8Array {
  const [s, revision, authority, ...subs] = text.split("-", MOST_SUB_AUTHORITIES + 4);
  const numbers = [authority ?? "", ...subs];
  const limits = [LARGEST_AUTHORITY, ...subs.map(() => LARGEST_SUB_AUTHORITY)];
  const valid =
    s === "S" &&
    revision === String(REVISION) &&
    subs.length <= MOST_SUB_AUTHORITIES &&
    numbers.every((number, i) => /^\d{1,15}$/.test(number) && Number(number) <= (limits[i] ?? 0));
  if (!valid) {
    throw new EbpfError("EBPF_INVALID_ARGUMENT", `${JSON.stringify(text)} is not a security identifier`, {
      hint: 'Write it as "S-1-5-21-1-2-3-1001": revision 1, an authority, up to 15 sub-authorities.',
    });
  }
  const bytes = new Uint8Array(8 + 4 * subs.length);
  const view = new DataView(bytes.buffer);
  bytes[0] = REVISION;
  bytes[1] = subs.length;
  view.setUint16(2, Math.floor(Number(authority) / 2 ** 32));
  view.setUint32(4, Number(authority) % 2 ** 32);
  for (const [i, sub] of subs.entries()) view.setUint32(8 + 4 * i, Number(sub), true);
  return bytes;
}
