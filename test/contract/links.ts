import { type Row, row } from "./row.ts";

/** Behaviour inventory. */
export const linkRows: readonly Row[] = [
  row(82, "given an attached link, when its last descriptor is closed, then the hook runs nothing"),
  row(83, "given a detached link, then the hook stops, detaching again is fine, and its info says program 0"),
  row(84, "given a pinned link, when its descriptor is closed, then it stays attached; unpinned, then not"),
  row(85, "given a pinned link, when pinned again, then EBUSY; unpinned when not pinned ENOENT; opened by its path"),
  row(86, "given a wrong attach type, or one that nobody provides, when attached, then EINVAL"),
  row(87, "given attach by descriptors, then a link's descriptor; by -1, then an error"),
  row(88, "given bpf_prog_attach, then the program is in that compartment; detach and detach2 take it away"),
  row(89, "given XDP on an interface, then replace swaps, query tells, detach without one is 0, bad descriptors fail"),
  row(90, "given a link's info, then types and attach data are in it"),
  row(91, "given two sample programs with other attach data, when fired, then only that one's program runs"),
  row(92, "given a detach while a program runs, then it has ended before detach returns"),
];
