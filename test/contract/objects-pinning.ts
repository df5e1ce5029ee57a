import { type Row, row } from "./row.ts";

/** Behaviour inventory. */
export const objectRows: readonly Row[] = [
  row(66, "given many spellings of a path, then one canonical form"),
  row(67, "given `C:\\\\` or a path out of the root, then INVALID_ARGUMENT"),
  row(68, "given a pin at a taken path, then EEXIST; unpinned twice, then ENOENT"),
  row(69, "given one object pinned at several paths, then its info counts them, and each goes by itself"),
  row(
    70,
    "given pins of maps, programs and links, when walked, then sorted, with types; filtered; at the end NO_MORE_KEYS",
  ),
  row(71, "given a buffer of 0 bytes for the path, then failure"),
  row(72, "given a pinned map, when all descriptors are closed, then it opens by its path"),
  row(73, "given pinned maps, when listed, then count, definition and path; given none, then an empty list"),
  row(74, "given a conflict when an object is pinned, then its maps are unpinned again"),
  row(75, "given a map of an object pinned twice, at one path EEXIST, at another an error"),
  row(
    76,
    "given maps and programs of an object, when walked forth and back, then one order; from null the first or last",
  ),
  row(77, "given native programs, then they are sorted by name"),
  row(78, "given a bad descriptor, when pinned, then EINVAL"),
  row(79, "given ids, when walked, then ascending, of one kind, and ENOENT at the end"),
  row(80, "given bpf() with a longer or shorter structure, then it is taken where what is too much is zero"),
  row(81, "given an unknown command of bpf(), then EINVAL"),
];
