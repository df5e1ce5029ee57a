import { describe, expect, it } from "vitest";
import { EbpfError, MapType, simulate } from "../../src/index.ts";
import { libbpf } from "../../src/libbpf/index.ts";

const strange: readonly unknown[] = [
  undefined,
  null,
  Number.NaN,
  -1,
  2 ** 53,
  1n,
  2n ** 70n,
  "",
  "\0",
  Symbol("s"),
  {},
  [],
];
/** Those that would wait for ever, or end what the test uses. */
const left = new Set(["ring_buffer__poll", "perf_buffer__poll", "errno"]);

const isTyped = (error: unknown): boolean =>
  (error instanceof EbpfError && error.hint !== undefined) ||
  (error instanceof TypeError && error.message.includes("must not be null"));

describe("functions by libbpf's names", () => {
  it("given what C would not compile, then EBPF_INVALID_ARGUMENT with a hint, or a number", async () => {
    const runtime = simulate();
    const door = libbpf(runtime);
    const untyped: string[] = [];
    for (const [name, call] of Object.entries(door)) {
      if (left.has(name) || typeof call !== "function") continue;
      for (const value of strange) {
        try {
          await Reflect.apply(
            call,
            undefined,
            Array.from({ length: 6 }, () => value),
          );
        } catch (error) {
          if (!isTyped(error)) untyped.push(`${name}(${String(value)}): ${error}`);
        }
      }
    }
    expect(untyped).toEqual([]);
    runtime.close();
  });

  it("given a number for a file's path, then nothing is read from the descriptor of that number", () => {
    const runtime = simulate();
    const answer: unknown = Reflect.apply(libbpf(runtime).ebpf_enumerate_programs, undefined, [0, false]);
    expect(answer).toMatchObject({ infos: undefined, error_message: expect.stringContaining("not a number") });
    runtime.close();
  });

  it("given a callback that throws a TypeError of its own, then that is what comes out", () => {
    const runtime = simulate();
    const door = libbpf(runtime);
    const ring = door.bpf_map_create(MapType.RINGBUF, null, 0, 0, 4096, {});
    const mine = new TypeError("mine");
    const reader = door.ring_buffer__new(
      ring,
      () => {
        throw mine;
      },
      null,
    );
    expect(door.ebpf_ring_buffer_map_write(ring, Uint8Array.of(1))).toBe(0);
    expect(() => door.ring_buffer__consume(reader)).toThrow(mine);
    runtime.close();
  });

  it("given a runtime that is closed, then its maps are given back, though a reader of one has callbacks by itself", () => {
    const runtime = simulate();
    const door = libbpf(runtime);
    const ring = door.bpf_map_create(MapType.RINGBUF, null, 0, 0, 4096, {});
    door.ebpf_ring_buffer__new(ring, () => 0, null, { flags: 1 });
    runtime.close();
    expect(door.bpf_map_lookup_elem(ring, null).ret).toBe(-9);
  });

  it("given descriptors that are closed, then the lowest free number comes next, however many there are", () => {
    const runtime = simulate();
    const door = libbpf(runtime);
    const create = () => door.bpf_map_create(MapType.ARRAY, null, 4, 4, 1, {});
    const descriptors = Array.from({ length: 6 }, create);
    expect(descriptors).toEqual([3, 4, 5, 6, 7, 8]);
    for (const descriptor of [7, 4]) door.ebpf_close_fd(descriptor);
    expect([create(), create(), create()]).toEqual([4, 7, 9]);
    runtime.close();
  });
});
