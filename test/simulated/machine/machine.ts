import type { Handle } from "../../../src/engine/index.ts";
import { assemble } from "../../../src/isa/index.ts";
import { attachTypes, MapType } from "../../../src/platform/index.ts";
import { Kernel, type KernelOptions, SimulatedEngine } from "../../../src/simulated/index.ts";

export const u32 = (value: number) => new Uint8Array(Uint32Array.of(value).buffer);

/** A program that returns a number. */
export const returning = (value: number) => `mov %r0, ${value}\nexit`;

/** A program that reads where nothing is: it fails to run to its end. */
export const faulting = "mov %r1, 0\nldxdw %r0, [%r1]\nexit";

/** Keeps the context, as far as a value has bytes for it, in map 0 (an array; `lddw` in slot 1), then goes on with `rest`. */
const keeping = (rest: string) =>
  `mov %r6, %r1\nlddw %r1, 0\nstw [%r10-4], 0\nmov %r2, %r10\nadd %r2, -4\nmov %r3, %r6\nmov %r4, 0\n` +
  `call 2\nmov %r1, %r6\n${rest}`;

/** A bare simulated machine (nothing is verified) and programs in assembly on its hooks. */
export function machine(options?: KernelOptions) {
  const engine = new SimulatedEngine(new Kernel(options), "test");
  const { network, processes, clock } = engine.kernel;

  async function load(
    section: string,
    text: string,
    name = "test",
    maps: readonly { readonly slot: number; readonly map: Handle }[] = [],
  ): Promise<Handle> {
    const type = attachTypes.find((row) => row.section === section)?.programType ?? "unspec";
    const code = assemble(text);
    for (const { slot } of maps) code[slot * 8 + 1] = (code[slot * 8 + 1] ?? 0) | 0x10;
    return engine.loadProgram({ name, type, section, code, lines: [], maps });
  }

  /** Loads a program and attaches it; closing the link takes it off. */
  async function attach(section: string, text: string, { name = "test", parameter = new Uint8Array(0) } = {}) {
    const program = await load(section, text, name);
    const type = attachTypes.find((row) => row.section === section)?.number ?? 0;
    const link = await engine.attach(program, type, parameter);
    return { program, link, detach: () => engine.detach(link) };
  }

  /** Attaches a program that keeps the context that it is run on; `context` gives that of the last run. */
  async function keep(
    section: string,
    size: number,
    rest = returning(0),
    { name = "test", parameter = new Uint8Array(0) } = {},
  ) {
    const map = engine.createMap({ name: "kept", type: MapType.ARRAY, keySize: 4, valueSize: size, maxEntries: 1 });
    const program = await load(section, keeping(rest), name, [{ slot: 1, map }]);
    const type = attachTypes.find((row) => row.section === section)?.number ?? 0;
    const link = await engine.attach(program, type, parameter);
    const context = () => {
      const bytes = engine.lookup(map, u32(0)) ?? new Uint8Array(size);
      return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    };
    return { program, link, context, detach: () => engine.detach(link) };
  }

  return { engine, keep, kernel: engine.kernel, network, processes, clock, load, attach };
}
