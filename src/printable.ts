/**
 * What a terminal, a log viewer or a reader's eye could be deceived by: control characters (Cc), format characters and
 * bidi overrides (Cf), lone surrogates (Cs), unassigned and private use, line and paragraph separators.
 */
const UNPRINTABLE = /[\p{C}\u2028\u2029]/gu;

const NAMED: ReadonlyMap<string, string> = new Map([
  ["\n", "\\n"],
  ["\r", "\\r"],
  ["\t", "\\t"],
]);

const hex = (code: number, digits: number): string => code.toString(16).padStart(digits, "0");

const escapeOne = (character: string): string => {
  const named = NAMED.get(character);
  if (named !== undefined) return named;
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x100) return `\\x${hex(code, 2)}`;
  return code < 0x10000 ? `\\u${hex(code, 4)}` : `\\u{${hex(code, 1)}}`;
};

/**
 * Text from a stranger as one line that is safe to print: whatever is not plainly visible becomes an escape. Backslashes
 * stay as they are, for the sake of Windows' paths: what is printed cannot harm, but need not be read back.
 */
export function printable(text: string): string {
  return text.replace(UNPRINTABLE, escapeOne);
}

/** A path between double quotes, its backslashes as they were typed. */
export function quotePath(path: string): string {
  return `"${printable(path)}"`;
}

/** `printable` between double quotes, with quotes and backslashes inside escaped: no two texts look the same. */
export function quote(text: string): string {
  return `"${printable(text.replace(/["\\]/g, "\\$&"))}"`;
}
