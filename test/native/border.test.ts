import { describe, expect, it } from "vitest";
import { type Addon, CLOSED, isFailure, type LibraryRef, type ObjectRef } from "../../src/native/addon.ts";
import { ReadHow } from "../../src/native/batch-memory.ts";
import { loadAddon } from "../../src/native/index.ts";
import { whyNoLibbpf } from "./usable.ts";

const why = whyNoLibbpf();
const EINVAL = -22;
const HASH = 1;
const RINGBUF = 27;
const XDP = 6;
const closedFailure = { failed: expect.any(String), errno: 9 };

function opened(): { readonly addon: Addon; readonly library: LibraryRef } {
  const { addon } = loadAddon();
  const library = addon?.open("");
  if (addon === undefined || library === undefined || "failed" in library) throw new Error("no libbpf");
  return { addon, library: library.library };
}

const object = (value: ObjectRef | { readonly failed: string }): ObjectRef => {
  if (isFailure(value)) throw new Error(value.failed);
  return value as ObjectRef;
};

/** The addon checks by itself what src/native has checked before it: a mistake there must not end the process. */
describe.skipIf(why !== undefined)(`the addon's border${why === undefined ? "" : ` (skipped: ${why})`}`, () => {
  const map = ({ addon, library }: ReturnType<typeof opened>, type = HASH) =>
    object(addon.createMap(library, type, "", type === HASH ? 4 : 0, type === HASH ? 8 : 0, 4096, 0, undefined));
  // What TypeScript would not let through.
  const any = (value: unknown) => value as never;
  const noHandles: readonly unknown[] = [undefined, null, 7, "map", {}, [], () => {}, new Uint8Array(64)];

  it("given no handles, closed ones, or handles of other things, then a failure or a TypeError, and no crash", async () => {
    const both = opened();
    const { addon, library } = both;
    const gone = map(both);
    addon.close(gone);
    for (const given of [...noHandles, library, gone].map(any)) {
      expect(addon.info(given, "map")).toMatchObject(closedFailure);
      expect(addon.openMap(given)).toMatchObject(closedFailure);
      expect(addon.openRing(given)).toMatchObject(closedFailure);
      expect(addon.duplicate(given)).toMatchObject(closedFailure);
      expect(await addon.testRun(given, any({}))).toMatchObject(closedFailure);
      expect([addon.bindMap(given, given), addon.detach(given), addon.pin(given, "/x")]).toEqual([
        CLOSED,
        CLOSED,
        CLOSED,
      ]);
      expect(addon.updateObject(given, new Uint8Array(4), undefined, 0)).toBe(CLOSED);
      expect(addon.updateBatch(given, new Uint8Array(64), new Uint8Array(64), 1, 0)).toBe(CLOSED);
      expect(addon.ringProducer(given)).toBe(0);
      expect(addon.listen(given, () => {})).toBe(0);
      addon.unlisten(given);
      addon.closeRing(given);
      addon.close(given);
    }
    for (const given of [...noHandles, map(both)].map(any)) {
      expect(() => addon.nextId(given, "map", 0)).toThrow(TypeError);
      expect(() => addon.loadWholeObject(given, new Uint8Array(4), "", [], [], [])).toThrow(TypeError);
      expect(() => addon.createMap(given, HASH, "", 4, 4, 4, 0, undefined)).toThrow(TypeError);
      expect(() => addon.loadProgram(given, any({}), [])).toThrow(TypeError);
    }
  });

  it("given buffers that are too small for a batch, whatever the product, then EINVAL", () => {
    const both = opened();
    const { addon } = both;
    const hash = map(both);
    const read = (bytes: number, room: number) => addon.readBatch(hash, new ArrayBuffer(bytes), room, ReadHow.BEGINS);
    // Keys of 4 bytes, values of 8, two places of 8, and the number of entries.
    const whole = 10 * (4 + 8) + 2 * 8 + 4;
    const refused = [read(whole - 1, 10), read(whole, 11), read(whole, 0), read(0, 0)];
    expect(refused).toEqual(refused.map(() => EINVAL));
    const huge = [2 ** 30, 2 ** 31, 2 ** 32 - 1].map((room) => read(whole, room));
    expect(huge).toEqual(huge.map(() => EINVAL));
    expect(addon.readBatch(hash, any(new Uint8Array(whole)), 10, ReadHow.BEGINS)).toBe(EINVAL);
    // The map is empty: ENOENT.
    expect(read(whole, 10)).toBe(-2);
    expect(addon.updateBatch(hash, new Uint8Array(8), new Uint8Array(15), 2, 0)).toBe(EINVAL);
    expect(addon.deleteBatch(hash, new Uint8Array(7), 2)).toBe(EINVAL);
    expect(addon.updateBatch(hash, new Uint8Array(8), any(new Float64Array(2)), 2, 0)).toBe(EINVAL);
    addon.close(hash);
  });

  it("given offsets of a ring that are no places in it, then nothing is read, and nothing is consumed", () => {
    const both = opened();
    const { addon } = both;
    const ringMap = map(both, RINGBUF);
    const answer = addon.openRing(ringMap);
    if (isFailure(answer)) throw new Error(answer.failed);
    const { ring } = answer;
    for (const offset of [-1, 0.5, 8, 4096, 2 ** 53, 2 ** 64, Number.NaN, Number.POSITIVE_INFINITY, any("x")]) {
      const bytes = new Uint8Array(32).fill(7);
      addon.consumeRing(ring, offset);
      expect(addon.ringConsumer(ring)).toBe(0);
      addon.fillRing(ring, offset, bytes);
      expect(bytes).toEqual(new Uint8Array(32).fill(7));
      addon.peekRing(ring, offset, bytes);
    }
    addon.closeRing(ring);
    expect(addon.ringProducer(ring)).toBe(0);
    addon.close(ringMap);
  });

  it("given rows of maps that are none, name no wide load, or a closed map, then a TypeError or a failure", async () => {
    const both = opened();
    const { addon, library } = both;
    const hash = map(both);
    const code = Uint8Array.of(0xb7, 0, 0, 0, 2, 0, 0, 0, 0x95, 0, 0, 0, 0, 0, 0, 0);
    const options = { type: XDP, attachType: 0, name: "", license: "", code, flags: 0, logBytes: 0 };
    const load = (rows: unknown) => addon.loadProgram(library, options, any(rows));
    for (const rows of [undefined, 7, "rows", [7], [undefined]]) expect(() => load(rows)).toThrow(TypeError);
    for (const slot of [0, 1, 2, 2 ** 31, 2 ** 32 - 1, -1, Number.NaN, undefined]) {
      expect(await load([[hash, slot, undefined]])).toMatchObject({ errno: 22 });
    }
    for (const given of noHandles) expect(await load([[given, 0, undefined]])).toMatchObject(closedFailure);
    addon.close(hash);
    expect(await load([[hash, 0, undefined]])).toMatchObject(closedFailure);
  });

  it("given no object file, or rows that are none, then libbpf's failure or a TypeError", async () => {
    const { addon, library } = opened();
    const load = (file: unknown, reused: unknown, contents: unknown, programs: unknown) =>
      addon.loadWholeObject(library, any(file), "", any(reused), any(contents), any(programs));
    for (const file of [undefined, new Uint8Array(0), new Uint8Array(64), Buffer.from("\x7fELF")]) {
      expect(await load(file, [], [], [])).toMatchObject({ failed: "bpf_object__open_mem", errno: expect.any(Number) });
    }
    const empty = new Uint8Array(0);
    for (const rows of [undefined, 7, [7], {}]) {
      expect(() => load(empty, rows, [], [])).toThrow(TypeError);
      expect(() => load(empty, [], rows, [])).toThrow(TypeError);
      expect(() => load(empty, [], [], rows)).toThrow(TypeError);
    }
    expect(load(empty, [[7, "name"]], [], [])).toMatchObject(closedFailure);
    expect(await load(empty, [], [[7, 7]], [[7, 7, 7, 7]])).toMatchObject({ failed: "bpf_object__open_mem" });
  });
});
