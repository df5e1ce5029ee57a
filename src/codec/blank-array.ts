/** More than this are seldom decoded, and would be held for each codec. */
const LONGEST = 1024;

/**
 * Makes arrays to be filled with `length` values, by copying one of that length. That is a third quicker than growing each:
 * V8 makes room for 17 values first, and a constructor's call costs as much as the values of a small array (Node.js 20
 * and 26).
 */
export function blankArrays<T>(length: number): () => T[] {
  if (length > LONGEST) return () => [];
  let blank: T[] | undefined;
  return () => {
    blank ??= Array.from<T>({ length });
    return blank.slice();
  };
}
