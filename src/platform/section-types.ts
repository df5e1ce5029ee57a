import { type AttachTypeRow, attachTypes } from "./attach-types.ts";

/**
 * The attach type, and with it the program type, that a section of an object for Windows stands for: of the registered
 * prefixes that the name begins with, the longest (libs/api_common/windows_platform_common.cpp). Undefined where none
 * fits: such a program's type is `unspec`.
 */
export function attachTypeOfSection(section: string): AttachTypeRow | undefined {
  let best: AttachTypeRow | undefined;
  for (const row of attachTypes) {
    if (row.section === undefined || !section.startsWith(row.section)) continue;
    if (best?.section === undefined || row.section.length > best.section.length) best = row;
  }
  return best;
}
