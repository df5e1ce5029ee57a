import { type Row, row } from "./row.ts";

/** Behaviour inventory. */
export const ringRows: readonly Row[] = [
  row(103, "given a ring size that is no power of two, then EINVAL; no multiple of a page, then ENOMEM"),
  row(104, "given no callback or a bad descriptor, then EINVAL or EBADF"),
  row(105, "given records, when polled, then callbacks in order, and their number"),
  row(106, "given a callback that returns -1, then poll returns -1 and that record is consumed"),
  row(107, "given an empty ring, when polled, then 0"),
  row(108, "given two maps in one reader, then both are served, and buffers are counted as they were added"),
  row(109, "given a mapped ring, then two mappings show the same data; unmapping an unknown one INVALID_ARGUMENT"),
  row(110, "given a reader that ends, then the next goes on where it was"),
  row(111, "given more records than the ring has room for in a row, then none is torn"),
  row(112, "given a reader whose callbacks come by themselves, when polled, consumed or added to, then ENOTSUP"),
  row(113, "given a full perf ring, then the lost callback has their number"),
  row(114, "given perf pages other than 0, or callbacks missing, then EINVAL"),
  row(115, "given a perf record written on a CPU, then the callback has that CPU"),
  row(116, "given no perf record, when polled, then 0; given one, then the wait handle is signalled"),
];
