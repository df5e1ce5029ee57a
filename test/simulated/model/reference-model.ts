import fc from "fast-check";
import type { Handle } from "../../../src/engine/index.ts";
import { MapType, type SimulatedRuntime } from "../../../src/index.ts";
import { agree, innerMap, jump, keyed, outcome, Program, returning } from "./subject.ts";

const CAPACITY = 3;
const OBJECTS = 3;
export const referenceOperations = fc.array(
  fc.record({
    kind: fc.constantFrom("set", "set", "clear", "delete", "get", "program get"),
    index: fc.nat({ max: 4 }),
    object: fc.nat({ max: OBJECTS - 1 }),
  }),
  { maxLength: 20 },
);

type Operations = typeof referenceOperations extends fc.Arbitrary<infer T> ? T : never;

/** A map of programs or of maps beside a JavaScript `Map` from index to object. */
export async function runReferences(runtime: SimulatedRuntime, type: number, operations: Operations): Promise<void> {
  const { engine } = runtime;
  const isHash = type === MapType.HASH_OF_MAPS;
  const isPrograms = type === MapType.PROG_ARRAY;
  const objects: Handle[] = [];
  for (let n = 0; n < OBJECTS; n++) {
    objects.push(isPrograms ? await returning(runtime, n + 10) : innerMap(runtime).handle);
  }
  const ids = objects.map((each) => (isPrograms ? engine.programInfo(each).id : engine.mapInfo(each).id));
  const options = { name: "outer", type, keySize: 4, valueSize: 4, maxEntries: CAPACITY };
  const map = engine.createMap(isPrograms ? options : { ...options, inner: objects[0] });
  const program = await Program.load(runtime, { handle: map }, isPrograms ? jump : keyed);
  const model = new Map<number, number>();
  const isThere = (index: number) => isHash || index < CAPACITY;
  try {
    for (const { kind, index, object } of operations) {
      const key = Uint8Array.of(index, 0, 0, 0);
      if (kind === "set") {
        const answer = outcome(() => engine.updateObject(map, key, objects[object], 0));
        agree("set", answer, isThere(index) ? undefined : "EBPF_INVALID_ARGUMENT");
        if (isThere(index)) model.set(index, object);
      } else if (kind === "clear") {
        const answer = outcome(() => engine.updateObject(map, key, undefined, 0));
        agree("clear", answer, isHash || !isThere(index) ? "EBPF_INVALID_ARGUMENT" : undefined);
        if (!isHash) model.delete(index);
      } else if (kind === "delete") {
        const answer = outcome(() => engine.delete(map, key));
        agree("delete", answer, isHash ? model.has(index) : isThere(index));
        model.delete(index);
      } else if (kind === "get") {
        const found = engine.lookup(map, key);
        const id = found === undefined ? undefined : new DataView(found.buffer, found.byteOffset).getUint32(0, true);
        const expected = model.get(index);
        agree("get", id, expected === undefined ? undefined : ids[expected]);
      } else if (isPrograms) {
        const expected = model.get(index);
        agree("tail call", program.ask(0, { key }).result, expected === undefined ? 99 : expected + 10);
      }
    }
  } finally {
    program.close();
    for (const each of [map, ...objects]) engine.close(each);
  }
  agree("objects left", [...liveIds(runtime)], []);
}

function* liveIds({ engine }: SimulatedRuntime): IterableIterator<number> {
  for (const kind of ["map", "program", "link"] as const) {
    for (let id = engine.nextId(kind, 0); id !== undefined; id = engine.nextId(kind, id)) yield id;
  }
}
