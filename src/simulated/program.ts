import type { ProgramInfo, ProgramOptions } from "../engine/index.ts";
import { EbpfError } from "../errors.ts";
import { programTypes } from "../platform/index.ts";
import { type Executable, link } from "../vm/index.ts";
import { helpersFor } from "./helpers/index.ts";
import type { Kernel } from "./kernel.ts";
import type { KernelMap } from "./maps/index.ts";
import { KernelObject } from "./objects.ts";

/** A map that a program refers to: by its handle, or at `offset` bytes into its first value. */
export interface MapReference {
  readonly slot: number;
  readonly map: KernelMap;
  readonly offset?: number;
}

/** A loaded program: it keeps its maps alive, and lives as long as a handle or a link refers to it. */
export class KernelProgram extends KernelObject {
  readonly kind = "program";
  readonly options: ProgramOptions;
  readonly executable: Executable;
  readonly #maps: ReadonlySet<KernelMap>;

  constructor(kernel: Kernel, options: ProgramOptions, maps: readonly MapReference[]) {
    const executable = link(options.code, {
      name: options.name,
      helpers: helpersFor(kernel, options.type),
      addresses: new Map(maps.map((reference) => [reference.slot, addressOf(reference)])),
      lines: options.lines,
    });
    super(kernel.objects);
    this.options = options;
    this.executable = executable;
    this.#maps = new Set(maps.map((reference) => reference.map));
    for (const map of this.#maps) map.acquire();
  }

  get info(): ProgramInfo {
    return { id: this.id, name: this.options.name, type: this.options.type, section: this.options.section };
  }

  protected override destroy(): void {
    for (const map of this.#maps) map.release();
  }
}

/** Throws `EBPF_INVALID_ARGUMENT` where the section of `options` stands for no program type. */
export function checkProgramType(options: ProgramOptions): void {
  const row = programTypes.find((type) => type.name === options.type);
  if (row?.context !== undefined) return;
  throw new EbpfError("EBPF_INVALID_ARGUMENT", `Program ${JSON.stringify(options.name)} has no program type`, {
    hint: `Section ${JSON.stringify(options.section)} begins with no prefix that Windows knows: name it "xdp", …`,
  });
}

function addressOf({ map, offset }: MapReference): number {
  if (offset === undefined) return map.address;
  if (map.firstValue !== 0 && offset >= 0 && offset < map.options.valueSize) return map.firstValue + offset;
  throw new EbpfError(
    "EBPF_INVALID_ARGUMENT",
    `Map ${JSON.stringify(map.options.name)} has no byte ${offset} that a program could refer to`,
    { hint: "Only array maps have fixed values, and the byte must lie inside the first." },
  );
}
