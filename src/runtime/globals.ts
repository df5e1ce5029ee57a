import { assertText } from "../arguments.ts";
import { btfCodec, bytes, type Codec, encodeValue } from "../codec/index.ts";
import { UpdateFlag } from "../engine/index.ts";
import { EbpfError } from "../errors.ts";
import type { GlobalSpec, ObjectSpec } from "../spec/index.ts";
import type { BpfMap } from "./map.ts";
import type { NamedList } from "./named-list.ts";

/** Where a variable lies, and what its bytes mean. */
interface Place {
  readonly map: BpfMap;
  readonly offset: number;
  readonly codec: Codec<unknown>;
}

/**
 * The global variables of a loaded object, by name, as they are in the kernel. Reading and writing one reads and writes
 * its whole section: a program that writes another variable at the same time may have that undone.
 */
export class Globals {
  readonly #spec: ObjectSpec;
  readonly #maps: NamedList<BpfMap>;

  /** @internal */
  constructor(spec: ObjectSpec, maps: NamedList<BpfMap>) {
    this.#spec = spec;
    this.#maps = maps;
  }

  /** Names in the order of BTF. */
  get names(): string[] {
    return this.#spec.globals.map(({ name }) => name);
  }

  has(name: string): boolean {
    return this.#spec.globals.some((global) => global.name === name);
  }

  /**
   * The value of a variable, by its BTF type; its bytes where the type has no values.
   *
   * Throws `EBPF_NOT_FOUND` (the hint lists the names), and `EBPF_NOT_SUPPORTED` where this runtime loads no data sections.
   */
  get(name: string): unknown {
    const { map, offset, codec } = this.#place(name);
    return codec.decode(content(map), offset);
  }

  /**
   * Writes a variable. Throws as `get` does, and `EBPF_INVALID_ARGUMENT` for a value that is not of the type and for
   * constants: their value is given to `load`.
   */
  set(name: string, value: unknown): void {
    const { map, offset, codec } = this.#place(name);
    const spec = this.#spec.maps.find((each) => each.name === map.name);
    if (spec?.readOnly === true) {
      throw new EbpfError("EBPF_INVALID_ARGUMENT", `Global variable ${JSON.stringify(name)} is constant`, {
        hint: "Give its value to load: runtime.load(file, { globals: { … } }).",
      });
    }
    const own = encodeValue(codec, value, name);
    const section = content(map);
    section.set(own, offset);
    map.engine.update(map.handle, new Uint8Array(map.info.keySize), section, UpdateFlag.ANY);
  }

  /** Names and values. */
  *[Symbol.iterator](): IterableIterator<[string, unknown]> {
    for (const name of this.names) yield [name, this.get(name)];
  }

  #place(name: string): Place {
    assertText(name, "A global variable's name");
    const global = this.#spec.globals.find((each) => each.name === name);
    if (global === undefined) {
      const known = this.names.map((each) => JSON.stringify(each)).join(", ");
      throw new EbpfError("EBPF_NOT_FOUND", `There is no global variable named ${JSON.stringify(name)}`, {
        hint: known === "" ? "The object names none: is it compiled with -g?" : `The object has: ${known}.`,
      });
    }
    const map = this.#maps.find(global.map);
    if (map === undefined) {
      throw new EbpfError("EBPF_NOT_SUPPORTED", `Global variable ${JSON.stringify(name)} is not in the kernel`, {
        hint: 'Windows gives data sections to native images only: runtime.supports("globals") says whether there are any.',
      });
    }
    return { map, offset: global.offset, codec: codecOf(this.#spec, global) };
  }
}

/** The bytes of a data section. */
function content(map: BpfMap): Uint8Array {
  return map.engine.lookup(map.handle, new Uint8Array(map.info.keySize)) ?? new Uint8Array(map.info.valueSize);
}

function codecOf({ btf }: ObjectSpec, { type, size }: GlobalSpec): Codec<unknown> {
  if (btf === undefined) return bytes(size);
  try {
    const codec = btfCodec(btf, type);
    return codec.size === size ? codec : bytes(size);
  } catch (error) {
    if (error instanceof EbpfError) return bytes(size);
    throw error;
  }
}
