import { type Row, row } from "./row.ts";

/** Behaviour inventory. */
export const testRunRows: readonly Row[] = [
  row(117, "given a test run with context and data, then value and sizes come back, and a duration"),
  row(118, "given too little room for data, then ENOBUFS; a bad CPU or context EINVAL"),
  row(119, "given a valid object, when verified, then 0 and a report; given garbage, then not 0 and a message"),
  row(
    120,
    "given an object file, when its programs are listed, then sections, names, types; a missing file gives a message",
  ),
  row(121, "given an unknown helper or a leaked context, then the report names instruction and reason"),
  row(122, "given types, then number and GUID convert both ways; unknown ones are UNSPEC, null, INVALID_ARGUMENT"),
  row(123, "given section names, then the longest prefix decides; unknown ESRCH, null EINVAL"),
  row(124, "given an error number, then generic text and ENOENT"),
  row(125, "given data sections, then their bytes; another name OBJECT_NOT_FOUND"),
  row(126, "given a call to synchronize, then SUCCESS"),
  row(127, "given the helpers for time, process, memory, strings and printing, then their documented results"),
];
