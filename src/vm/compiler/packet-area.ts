import { DESCRIPTOR_BYTES } from "../descriptor.ts";
import type { Memory } from "../memory.ts";
import type { PacketSeries, Series } from "../series.ts";
import { NOWHERE, SERIES, series as seriesWord, TEMPLATE } from "./area.ts";

/** Writes to the area what the runs of a series on packets share. */
export function writeSeries(memory: Memory, area: number, context: number, packets: PacketSeries): void {
  const { template, pointers } = packets;
  const set = (word: number, value: number) => memory.data.setInt32(area + SERIES + word, value, true);
  const pointer = (at: number) => (at < 0 ? area + NOWHERE : context + at);
  memory.bytes.set(template, area + TEMPLATE);
  set(seriesWord.context, context);
  set(seriesWord.bytes, template.length);
  set(seriesWord.covered, coveredBy(pointers));
  set(seriesWord.data, pointer(pointers.data));
  set(seriesWord.end, pointer(pointers.end));
  set(seriesWord.meta, pointer(pointers.meta));
}

/** Which run of a series `current` of the area says is under way: not a whole number if that was overwritten. */
export function runOf({ packets, end }: Series, current: number): number {
  return packets === undefined ? end - current : (current - packets.descriptors) / DESCRIPTOR_BYTES;
}

/** Bytes at a context's start that are pointers: nothing else need be written there. */
function coveredBy({ data, end, meta }: PacketSeries["pointers"]): number {
  let covered = 0;
  while ([data, end, meta].includes(covered)) covered += 8;
  return covered;
}
