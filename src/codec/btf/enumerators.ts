import { EbpfError } from "../../errors.ts";
import type { BtfSpec } from "../../spec/index.ts";
import { resolve } from "./resolve.ts";

/**
 * The names of an enumeration's values, as decoded: `number` up to 32 bits, `bigint` beyond. Where values share a
 * number, the first name stands. Throws `EBPF_INVALID_ARGUMENT` when the type is no enumeration.
 *
 * @example
 * enumeratorNames(btf, typeId).get(map.get(key).state); // "ESTABLISHED"
 */
export function enumeratorNames(btf: BtfSpec, typeId: number): ReadonlyMap<number | bigint, string> {
  const { type } = resolve(btf, typeId);
  if (type.kind !== "enum" && type.kind !== "enum64") {
    throw new EbpfError("EBPF_INVALID_ARGUMENT", `BTF type ${typeId} is no enumeration`);
  }
  const names = new Map<number | bigint, string>();
  for (const { name, value } of type.values) {
    const key = type.size > 4 ? value : Number(value);
    if (!names.has(key)) names.set(key, name);
  }
  return names;
}
