import { type Row, row } from "./row.ts";

/** Behaviour inventory. */
export const hookRows: readonly Row[] = [
  row(94, "given a sock_addr program's verdict, then reject blocks, soft and hard permit, others block"),
  row(95, "given connect_authorization, then reject skips it, it may reject what was hard, soft never lowers hard"),
  row(96, "given a listen, then the context has the local address on both sides"),
  row(97, "given a bind program's action, then soft, hard and redirect permit, deny and others block"),
  row(98, "given an app id with a path, then the program sees its last part; an odd number of bytes is an error"),
  row(99, "given a sockops program's result when established, then 0 permits and others block"),
  row(100, "given contexts of test runs with data or too short, then INVALID_ARGUMENT; pointers come back as zero"),
  row(101, "given the providers, then their program and attach types are those of the tables"),
  row(102, "given a process that starts, then a program may deny it; its end is only told; path and account are known"),
];
