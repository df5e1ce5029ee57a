import { isSingleton, TYPE_GROUPS, type TypeGroup, type TypeSet, VALUE_TYPES } from "./type-set.ts";

/** Members in the order of their bits, as messages and invariants list them: `number`, or `{number, ctx}`. */
export function typeSetText(set: TypeSet): string {
  const names = VALUE_TYPES.filter((_, bit) => (set & (1 << bit)) !== 0);
  return names.length === 1 ? (names[0] ?? "") : `{${names.join(", ")}}`;
}

/** Groups whose members messages list in an order of their own: stack before packet. */
const GROUP_ORDER = ["number", "ctx", "stack", "packet", "shared", "socket", "alloc_mem"] as const;

export function typeGroupText(group: TypeGroup): string {
  const set = TYPE_GROUPS[group];
  if (isSingleton(set)) return typeSetText(set);
  const names = GROUP_ORDER.filter((name) => (set & TYPE_GROUPS[name]) !== 0);
  return `{${names.join(", ")}}`;
}
