import { programTypes } from "../../../src/platform/index.ts";
import type { RandomSource } from "./random-source.ts";

/** What a random program runs on. */
export interface RandomInput {
  readonly context: Uint8Array;
  readonly data?: Uint8Array;
}

const POINTER_BYTES = 8;
const LENGTHS = [1, 2, 8, 14, 20, 41, 64, 200] as const;
/** Events begin with their type (NETEVENT_EVENT_TYPE_PKTMON_DROP or _FLOW) and PktMon's header. */
const EVENTS = [100, 101] as const;
const EVENT_HEADER_BYTES = 64;
/** ntosebpfext's process_notify_context_t: `process_md_t`, kernel pointers, and the lengths of its four texts. */
const PROCESS = { bytes: 296, context: 64, texts: 224 } as const;
const TEXTS = 4;
const TEXT_BYTES = 16;

export function randomBytes(random: RandomSource, length: number): Uint8Array {
  return Uint8Array.from({ length }, () =>
    random.once(3) ? random.pick([0, 1, 0x7f, 0x80, 0xff]) : random.next() & 0xff,
  );
}

function dataOf(type: string, random: RandomSource): Uint8Array {
  const length = random.pick(LENGTHS);
  // What a bind program gets is text of 2 bytes a character.
  if (type === "bind") return randomBytes(random, length & ~1);
  if (type !== "netevent_monitor") return randomBytes(random, length);
  const data = randomBytes(random, length + EVENT_HEADER_BYTES);
  data[0] = random.pick(EVENTS);
  return data;
}

/** The driver's own structure around the context: its command line is the first bytes of the data, or all. */
function processInput(context: Uint8Array, random: RandomSource): RandomInput {
  const data = randomBytes(random, random.pick(LENGTHS));
  const whole = new Uint8Array(PROCESS.bytes);
  whole.set(context, PROCESS.context);
  const view = new DataView(whole.buffer);
  let left = data.length;
  for (let text = 0; text < TEXTS; text++) {
    const length = text === 0 && random.once(2) ? left : random.below(left + 1);
    view.setUint16(PROCESS.texts + TEXT_BYTES * text, length, true);
    view.setUint16(PROCESS.texts + TEXT_BYTES * text + 2, length, true);
    left -= length;
  }
  return { context: whole, data };
}

/** A random context, and data where the program type has any, as the type's test run takes them. */
export function randomInput(type: string, random: RandomSource): RandomInput {
  const row = programTypes.find(({ name }) => name === type)?.context;
  const pointers = [row?.data ?? -1, row?.end ?? -1, row?.meta ?? -1].filter((offset) => offset >= 0);
  const context = randomBytes(random, row?.size ?? 0);
  for (const offset of pointers) context.fill(0, offset, offset + POINTER_BYTES);
  if (type === "process") return processInput(context, random);
  return pointers.length === 0 || (random.once(8) && type === "xdp")
    ? { context }
    : { context, data: dataOf(type, random) };
}
