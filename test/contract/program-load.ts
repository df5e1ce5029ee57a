import { expect } from "vitest";
import type { Kit } from "./kit.ts";
import { row } from "./row.ts";

const EACCES = -13;
const EINVAL = -22;
const ENOSPC = -28;

const RETURN_0 = "mov %r0, 0\nexit";
/** r0 is not set: refused by every verifier. */
const INVALID = "exit";

const load = (kit: Kit, text: string, log_size = 0, type = kit.plain.number) => {
  const code = kit.code(text);
  return kit.bpf.bpf_prog_load(type, "p", null, code, code.length / 8, { log_size });
};

/** Calls the program at index `index` of the map; r0 is the helper's result where it comes back. */
const calling = (kit: Kit, map: number, index: number) =>
  `lddw %r2, ${map}\nmov %r3, ${index}\ncall ${kit.helper.tailCall}\nexit`;

/** Behaviour inventory, section 1. */
export const programLoadRows = [
  row(1, "given no instructions, when loaded, then EINVAL", async (kit) => {
    const { number } = kit.plain;
    expect((await kit.bpf.bpf_prog_load(number, null, null, null, 0)).ret).toBe(EINVAL);
    expect((await kit.bpf.bpf_prog_load(number, null, null, new Uint8Array(0), 0)).ret).toBe(EINVAL);
    expect(kit.bpf.errno).toBe(-EINVAL);
  }),

  row(2, "given more instructions than allowed, when loaded, then failure", async (kit) => {
    const text = `${"mov %r0, 0\n".repeat(70_000)}exit`;
    expect((await load(kit, text)).ret).toBeLessThan(0);
  }),

  row(3, "given r0 not set before exit, when loaded, then EACCES and a log", async (kit) => {
    const { ret, log } = await load(kit, INVALID, 4096);
    expect(ret).toBe(EACCES);
    expect(log).not.toBe("");
  }),

  row(
    4,
    "given a type that lacks a helper or whose context is too short, when loaded, then EACCES or EINVAL",
    async (kit) => {
      expect([EACCES, EINVAL]).toContain((await load(kit, "call 9999\nexit")).ret);
      expect([EACCES, EINVAL]).toContain((await load(kit, "ldxdw %r0, [%r1+4096]\nexit")).ret);
      expect((await load(kit, RETURN_0, 0, 12_345)).ret).toBe(EINVAL);
    },
  ),

  row(5, "given no name, when loaded, then its name is 63 hex digits", async (kit) => {
    const program = await kit.program(RETURN_0, null);
    expect(kit.info(program).id).toBeGreaterThan(0);
    expect(kit.info(program)).toMatchObject({ name: expect.stringMatching(/^[0-9a-f]{63}$/) });
  }),

  row(6, "given a log buffer without a size, then EINVAL"),

  row(7, "given a log buffer that is too small, then ENOSPC, and the log is cut", async (kit) => {
    const { log: whole = "" } = await load(kit, INVALID, 4096);
    const { ret, log } = await load(kit, INVALID, 8);
    expect(ret).toBe(ENOSPC);
    expect(log).toBe(whole.slice(0, 7));
  }),

  row(8, "given bpf() with a log level and no buffer, or a buffer and no level, then EINVAL"),

  row(9, "given a program that uses a map by descriptor, when loaded, then its map ids have it", async (kit) => {
    const map = kit.map("ARRAY");
    const program = await kit.program(`lddw %r1, ${map}\n${RETURN_0}`);
    expect(kit.info(program)).toMatchObject({ nr_map_ids: 1, map_ids: [kit.info(map).id] });
  }),

  row(10, "given a build without JIT and interpreter, when byte code is loaded, then ENOTSUP"),
  row(11, "given a program forced to another type, when loaded, then EACCES"),
  row(12, "given a program that prints its context, when loaded, then EACCES"),
  row(13, "given one file loaded twice, then both succeed"),

  row(14, "given a division by zero, when run, then 0 and no fault", async (kit) => {
    const program = await kit.program("mov %r0, 5\nmov %r1, 0\ndiv %r0, %r1\nexit");
    expect(await kit.run(program)).toBe(0);
  }),

  row(15, "given a chain of more than 33 tail calls, when run, then it stops with NO_MORE_TAIL_CALLS"),

  row(16, "given a tail call to an empty index, then the program goes on with -6", async (kit) => {
    const map = kit.map("PROG_ARRAY", { entries: 2 });
    expect(await kit.run(await kit.program(calling(kit, map, 1)))).toBe(-6);
    expect(await kit.run(await kit.program(calling(kit, map, 2)))).toBe(-6);
  }),

  row(17, "given a tail call to a program, then its result is the result", async (kit) => {
    const map = kit.map("PROG_ARRAY", { entries: 2 });
    const callee = await kit.program("mov %r0, 42\nexit");
    const key = new Uint8Array(4);
    expect(kit.bpf.bpf_map_update_elem(map, key, new Uint8Array(Int32Array.of(callee).buffer), 0)).toBe(0);
    expect(await kit.run(await kit.program(calling(kit, map, 0)))).toBe(42);
  }),

  row(18, "given a program that tail calls itself, then 33 calls are made", async (kit) => {
    const map = kit.map("PROG_ARRAY", { entries: 1 });
    const counter = kit.map("ARRAY", { entries: 1, value: 8 });
    const program = await kit.program(`
      mov %r6, %r1
      stw [%r10-4], 0
      lddw %r1, ${counter}
      mov %r2, %r10
      add %r2, -4
      call ${kit.helper.lookup}
      jeq %r0, 0, on
      ldxdw %r1, [%r0]
      add %r1, 1
      stxdw [%r0], %r1
    on:
      mov %r1, %r6
      lddw %r2, ${map}
      mov %r3, 0
      call ${kit.helper.tailCall}
      exit`);
    const key = new Uint8Array(4);
    expect(kit.bpf.bpf_map_update_elem(map, key, new Uint8Array(Int32Array.of(program).buffer), 0)).toBe(0);
    expect(await kit.run(program)).toBe(-27);
    // 33 tail calls make 34 runs (observed.md).
    expect(kit.bpf.bpf_map_lookup_elem(counter, key).value?.[0]).toBe(34);
  }),

  row(19, "given functions that call each other, when verified and run, then all modes agree and loops are bounded"),
  row(20, "given a map name over 63 bytes, when the object is opened or loaded, then an error"),
  row(21, "given two programs in one section, when opened, then both are listed with it"),
  row(22, "given autoload off before load, then that program has no descriptor; after load, then EINVAL"),
  row(23, "given a loaded object, when type or flags are set, then EBUSY"),
  row(24, "given a native object, when the type is set, then EINVAL"),
  row(
    25,
    "given an object file, when set to run natively, then INVALID_ARGUMENT; a native image, when set to JIT, too",
  ),
  row(26, "given a corrupted or missing native image, when loaded, then a typed failure and no leak", undefined, {
    needs: ["native-images"],
  }),
  row(27, "given room for fewer than a native image has, then NO_MEMORY and the true counts", undefined, {
    needs: ["native-images"],
  }),
  row(28, "given a function that no provider resolves, when loaded, then failure"),
  row(29, "given a provider that reloads, then its programs do not run in between, and do afterwards"),
  row(30, "given an object closed while its program is attached, then it goes only after the detach"),
];
