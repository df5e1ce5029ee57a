import type { ContextDescriptor } from "../environment.ts";

/** What programs of a type call the data that their context points to, and the fields that bound it. */
export interface DataWords {
  /** `packet`; `app_id` of a bind program. */
  readonly noun: string;
  readonly start: string;
  readonly end: string;
}

const PACKET: DataWords = { noun: "packet", start: "data", end: "data_end" };

/** Most contexts point to a packet; the others name what it is in the field itself: `app_id_start`, `command_start`. */
export function dataWords(context: ContextDescriptor | undefined): DataWords {
  const nameOf = (kind: "data" | "end"): string | undefined =>
    context?.fields?.find(({ pointer }) => pointer === kind)?.name;
  const [start, end] = [nameOf("data"), nameOf("end")];
  if (start === undefined || end === undefined) return PACKET;
  return { noun: /^(\w+)_start$/.exec(start)?.[1] ?? PACKET.noun, start, end };
}
