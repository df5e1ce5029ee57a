import type { Place } from "./code-writer.ts";
import { type Draft, NUMBERS, R0, R10, WIDTHS } from "./draft.ts";
import { DIRECT_MAPS, randomMap } from "./random-maps.ts";

const FETCHES = [0x00, 0x01, 0x40, 0x41, 0x50, 0x51, 0xa0, 0xa1, 0xe1, 0xf1] as const;
const COMPARE_EXCHANGE = 0xf1;

/** Writes numbers to all of the stack that is to hold numbers. */
export function clearStack(draft: Draft): void {
  if (draft.slips(8)) return;
  for (let offset = -NUMBERS; offset < 0; offset += 8) draft.code.emit(0x7a, R10, 0, offset, draft.constant());
}

export function storeStack(draft: Draft): void {
  const width = draft.random.pick(WIDTHS);
  if (draft.slips(10)) draft.code.emit(0x7b, R10, draft.random.below(10), draft.slotOf(8));
  else draft.store(R10, draft.slotOf(width), width);
}

export function loadStack(draft: Draft): void {
  const width = draft.random.pick(WIDTHS);
  const offset = draft.slotOf(width);
  if (draft.random.once(4)) draft.store(R10, offset, width);
  draft.load(draft.fresh(), R10, offset, width, draft.random.once(4));
}

/** A pointer to a buffer on the stack, in a register that lasts. */
export function stackPointer(draft: Draft): void {
  const pointer = draft.lasting();
  const bytes = draft.random.pick([4, 8, 16, 24, 32, NUMBERS]);
  draft.code.emit(0xbf, pointer, R10);
  draft.code.emit(0x07, pointer, 0, 0, -bytes);
  draft.set(pointer, { kind: "stack", detail: bytes });
}

/** A pointer to a place of the stack that the program computes, and a use of it. */
export function variableStack(draft: Draft): void {
  const { random, code } = draft;
  const mask = random.pick([1, 3, 7, 15, 31]);
  const index = draft.bounded(mask);
  const pointer = draft.fresh();
  if (pointer === index) return;
  const width = random.pick(WIDTHS);
  const start = -Math.min(NUMBERS, mask + width + random.below(16));
  code.emit(0xbf, pointer, R10);
  code.emit(0x07, pointer, 0, 0, draft.slips(6) ? -random.below(64) : start);
  code.emit(0x0f, pointer, index);
  draft.set(pointer, { kind: "stack", detail: width });
  useMemory(draft, pointer, width);
}

/** A load or a store somewhere in the first bytes behind a pointer. */
function useMemory(draft: Draft, pointer: number, bytes: number): void {
  const { random } = draft;
  const widths = WIDTHS.filter((width) => width <= bytes);
  const width = widths[random.below(Math.max(1, widths.length))] ?? 1;
  const offset = draft.slips(3) ? random.below(bytes + 8) - 4 : random.below(Math.max(1, bytes - width + 1));
  if (random.once(6) && width >= 4) atomicOn(draft, pointer, offset - (offset % width), width);
  else if (random.once(2)) draft.store(pointer, offset, width);
  else draft.load(draft.fresh(), pointer, offset, width, random.once(4));
}

function atomicOn(draft: Draft, pointer: number, offset: number, width: number): void {
  const { random, code } = draft;
  const operation = random.pick(FETCHES);
  const source = draft.source();
  if (operation === COMPARE_EXCHANGE && draft.belief(R0).kind !== "number") {
    if (pointer === R0 || draft.reserved.has(R0)) return;
    code.emit(0xb7, R0, 0, 0, draft.constant());
    draft.setNumber(R0);
  }
  if (draft.reserved.has(source)) return;
  code.emit(width === 8 ? 0xdb : 0xc3, pointer, source, offset, operation);
}

export function atomic(draft: Draft): void {
  const width = draft.random.pick([4, 8]);
  atomicOn(draft, R10, -width * (1 + draft.random.below(NUMBERS / width)), width);
}

/** Reads a field of the context, writes one, or (by mistake) touches anything there. */
export function contextField(draft: Draft): void {
  const { random, shape } = draft;
  const context = draft.holding("ctx");
  if (context === undefined) return;
  const width = random.pick(WIDTHS);
  const offset = width * random.below(Math.max(1, Math.floor(shape.contextSize / width)));
  const isPointer = [shape.data, shape.end, shape.meta].some(
    (field) => field >= 0 && offset < field + shape.pointerBytes && field < offset + width,
  );
  if (draft.slips(10)) draft.load(draft.fresh(), context, random.below(shape.contextSize + 8) - 4, width);
  else if (isPointer || offset + width > shape.contextSize) return;
  else if (random.once(6)) draft.store(context, offset, width);
  else draft.load(draft.fresh(), context, offset, width, random.once(5));
}

/** Ends the program (or function) unless a jump leads to `place`. */
function leaveUnless(draft: Draft, place: Place): void {
  const { code, random } = draft;
  code.emit(0xb7, R0, 0, 0, random.below(3));
  code.emit(0x95);
  code.put(place);
}

/** Loads the packet's bounds and compares; where it is long enough, a register keeps the pointer. */
export function packetBounds(draft: Draft): void {
  const { random, code, shape } = draft;
  const context = draft.holding("ctx");
  if (context === undefined || shape.data < 0) return;
  const pointer = draft.lasting();
  const [end, probe] = [draft.fresh([2, 3]), draft.fresh([4, 5])];
  if (context === pointer || context === end || context === probe) return;
  const fromMeta = shape.meta >= 0 && random.once(6);
  const { pointerBytes } = shape;
  draft.load(pointer, context, fromMeta ? shape.meta : shape.data, pointerBytes);
  draft.load(end, context, fromMeta ? shape.data : shape.end, pointerBytes);
  for (const each of [pointer, end, probe]) draft.set(each, { kind: "packet", detail: 0 });
  const bytes = 1 + random.below(fromMeta ? 4 : 40);
  if (random.once(4)) {
    const index = draft.bounded();
    if (![pointer, end, probe].includes(index)) code.emit(0x0f, pointer, index);
  }
  code.emit(0xbf, probe, pointer);
  code.emit(0x07, probe, 0, 0, bytes);
  const enough = code.place();
  // probe <= end, or end >= probe.
  if (draft.slips(8)) code.jump(random.pick([0xad, 0x2d, 0x3d, 0x1d]), enough, probe, end);
  else if (random.once(2)) code.jump(0xbd, enough, probe, end);
  else code.jump(0x3d, enough, end, probe);
  leaveUnless(draft, enough);
  draft.set(pointer, { kind: "packet", detail: bytes });
}

/** Uses a pointer into the packet, or to a map's value. */
export function usePointer(draft: Draft): void {
  const kind = draft.random.pick(["packet", "value", "value", "stack"] as const);
  const pointer = draft.holding(draft.slips(6) ? "maybe-value" : kind);
  if (pointer === undefined || pointer === R10) return;
  const { detail } = draft.belief(pointer);
  if (detail === 0 && !draft.slips(3)) return;
  if (draft.random.once(4)) useIndexed(draft, pointer, detail);
  else useMemory(draft, pointer, detail);
}

/** Adds a bounded number to a pointer, in a copy, and uses that. */
function useIndexed(draft: Draft, pointer: number, bytes: number): void {
  const { random, code } = draft;
  const mask = bytes > 16 ? 15 : bytes > 8 ? 7 : bytes > 4 ? 3 : 1;
  const index = draft.bounded(mask);
  const moved = draft.fresh();
  if (moved === index || moved === pointer || index === pointer) return;
  code.emit(0xbf, moved, pointer);
  code.emit(random.once(20) ? 0x1f : 0x0f, moved, index);
  draft.set(moved, { kind: draft.belief(pointer).kind, detail: Math.max(0, bytes - mask) });
  if (bytes > mask) useMemory(draft, moved, bytes - mask);
}

/** The address of a map's value, or of a part of it, without a lookup. */
export function directValue(draft: Draft): void {
  const descriptor = draft.random.pick(DIRECT_MAPS);
  const { valueSize } = randomMap(descriptor);
  const offset = draft.slips(6) ? draft.random.below(40) : draft.random.below(valueSize);
  const dst = draft.lasting();
  draft.code.emitWide(dst, 2, descriptor, offset);
  draft.set(dst, { kind: "value", detail: valueSize - offset });
}

/** Asks whether a pointer that may be null is; where it is not, it can be used. */
export function checkNull(draft: Draft): void {
  const kind = draft.random.pick(["maybe-value", "maybe-value", "maybe-map", "maybe-object"] as const);
  const pointer = draft.holding(kind);
  if (pointer === undefined || draft.belief(pointer).kind !== kind) return;
  nullCheck(draft, pointer);
}

const SURE: Readonly<Record<string, "value" | "map" | "object">> = {
  "maybe-value": "value",
  "maybe-map": "map",
  "maybe-object": "object",
};

/** Leaves where a pointer is null. */
export function nullCheck(draft: Draft, pointer: number): void {
  const { code } = draft;
  const { kind, detail } = draft.belief(pointer);
  const sure = code.place();
  code.jump(draft.slips(8) ? 0x15 : 0x55, sure, pointer, 0, 0);
  leaveUnless(draft, sure);
  draft.set(pointer, { kind: SURE[kind] ?? "value", detail });
}

/** Reads the packet the old way; r6 has to be the context. Only some Linux programs may. */
export function legacyPacket(draft: Draft): void {
  const { random, code, shape } = draft;
  if (draft.belief(6).kind !== "ctx" || (shape.platform === "windows" && !draft.slips(4))) return;
  const size = random.pick([0x00, 0x08, 0x10]);
  if (random.once(2)) code.emit(0x20 | size, 0, 0, 0, random.below(64));
  else code.emit(0x40 | size, 0, draft.source(), 0, random.below(64));
  draft.afterCall({ kind: "number", detail: 0 }, false);
}
