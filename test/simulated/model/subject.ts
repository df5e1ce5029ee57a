import type { Handle } from "../../../src/engine/index.ts";
import { bytes, type SimulatedRuntime, u32 } from "../../../src/index.ts";
import { assemble } from "../../../src/isa/index.ts";

export const CPUS = 2;
const XDP = 1;

/**
 * What programs do with a map, by what they are asked in the packet: byte 0 the operation, 4 flags, 8 key, 16 value or
 * data. The map's `lddw` is in slot `slot`.
 */
interface Driver {
  readonly slot: number;
  readonly text: string;
}

/** Operation 0 looks up and answers 1 and the value, 1 updates, 2 deletes. */
export const keyed: Driver = {
  slot: 6,
  text: `ldxdw %r6, [%r1]
ldxdw %r2, [%r6+8]
stxdw [%r10-8], %r2
ldxdw %r2, [%r6+16]
stxdw [%r10-16], %r2
ldxb %r7, [%r6]
lddw %r1, 0
mov %r2, %r10
add %r2, -8
mov %r3, %r10
add %r3, -16
ldxw %r4, [%r6+4]
jeq %r7, 1, +7
jeq %r7, 2, +8
call 1
jeq %r0, 0, +3
ldxdw %r1, [%r0]
stxdw [%r6+16], %r1
mov %r0, 1
exit
call 2
exit
call 3
exit`,
};

/** Operation 0 pops, 1 pushes, 2 peeks. */
export const unkeyed: Driver = {
  slot: 4,
  text: `ldxdw %r6, [%r1]
ldxdw %r2, [%r6+16]
stxdw [%r10-8], %r2
ldxb %r7, [%r6]
lddw %r1, 0
mov %r2, %r10
add %r2, -8
ldxw %r3, [%r6+4]
jeq %r7, 1, +8
jeq %r7, 2, +2
call 17
ja +1
call 18
ldxdw %r1, [%r10-8]
stxdw [%r6+16], %r1
exit
exit
call 16
exit`,
};

/** Writes a record of as many bytes as the flags say. */
export const ring: Driver = {
  slot: 1,
  text: "ldxdw %r6, [%r1]\nlddw %r1, 0\nmov %r2, %r6\nadd %r2, 16\nldxw %r3, [%r6+4]\nmov %r4, 0\ncall 11\nexit",
};

/** The same to the ring of the CPU. */
export const perf: Driver = {
  slot: 1,
  text: `ldxdw %r6, [%r1]
lddw %r2, 0
lddw %r3, 0xffffffff
mov %r4, %r6
add %r4, 16
ldxw %r5, [%r6+4]
call 32
exit`,
};

/** Tail-calls the element that the key says; 99 where that fails. */
export const jump: Driver = {
  slot: 2,
  text: "ldxdw %r6, [%r1]\nldxw %r3, [%r6+8]\nlddw %r2, 0\ncall 5\nmov %r0, 99\nexit",
};

export interface Answer {
  /** r0, signed. */
  readonly result: number;
  readonly value: bigint;
}

/** A program on an interface that does with a map what a packet asks for. */
export class Program {
  readonly #runtime: SimulatedRuntime;
  readonly #close: () => void;

  constructor(runtime: SimulatedRuntime, close: () => void) {
    this.#runtime = runtime;
    this.#close = close;
  }

  static async load(runtime: SimulatedRuntime, map: { readonly handle: Handle }, driver: Driver): Promise<Program> {
    const { engine } = runtime;
    const code = assemble(driver.text);
    code[driver.slot * 8 + 1] |= 0x10;
    const maps = [{ slot: driver.slot, map: map.handle }];
    const program = await engine.loadProgram({ name: "driver", type: "xdp", section: "xdp", code, lines: [], maps });
    const link = await engine.attach(program, XDP, new Uint8Array([1, 0, 0, 0]));
    return new Program(runtime, () => {
      engine.detach(link);
      engine.close(link);
      engine.close(program);
    });
  }

  ask(operation: number, { flags = 0, key = new Uint8Array(0), value = 0n, room = 0 }): Answer {
    const packet = new Uint8Array(24 + room);
    const view = new DataView(packet.buffer);
    packet[0] = operation;
    view.setUint32(4, flags, true);
    packet.set(key, 8);
    view.setBigUint64(16, value, true);
    const { action, frame } = this.#runtime.network.receive(1, packet);
    return { result: action | 0, value: new DataView(frame.buffer, frame.byteOffset).getBigUint64(16, true) };
  }

  close(): void {
    this.#close();
  }
}

/** A program that returns a number. */
export async function returning(runtime: SimulatedRuntime, number: number) {
  const code = assemble(`mov %r0, ${number}\nexit`);
  return runtime.engine.loadProgram({ name: "callee", type: "xdp", section: "xdp", code, lines: [], maps: [] });
}

export function innerMap(runtime: SimulatedRuntime) {
  return runtime.createMap({ type: 2, key: u32, value: bytes(8), maxEntries: 1 });
}

/** The code of what `action` throws, or what it gives. */
export function outcome<T>(action: () => T): T | string {
  try {
    return action();
  } catch (error) {
    const code: unknown = error instanceof Error && "code" in error ? error.code : undefined;
    if (typeof code === "string" && code.startsWith("EBPF_")) return code;
    throw error;
  }
}

/** Throws where what came is not what the model says. */
export function agree(what: string, came: unknown, expected: unknown): void {
  const show = (value: unknown) =>
    JSON.stringify(value, (_, each: unknown) => (typeof each === "bigint" ? `${each}n` : each)) ?? "undefined";
  if (show(came) !== show(expected)) throw new Error(`${what}: ${show(came)}, the model says ${show(expected)}`);
}
