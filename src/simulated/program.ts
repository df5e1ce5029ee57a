import type { ProgramInfo, ProgramOptions } from "../engine/index.ts";
import type { ProgramTypeRow } from "../platform/index.ts";
import type { Executable } from "../vm/index.ts";
import type { Kernel } from "./kernel.ts";
import type { KernelMap } from "./maps/index.ts";
import { KernelObject } from "./objects.ts";

interface KernelProgramParts {
  readonly executable: Executable;
  readonly maps: readonly KernelMap[];
  readonly unproven: string | undefined;
}

/** A loaded program: it keeps its maps alive, and lives as long as a handle or a link refers to it. */
export class KernelProgram extends KernelObject {
  readonly kind = "program";
  readonly options: ProgramOptions;
  readonly type: ProgramTypeRow;
  readonly executable: Executable;
  /** Why nothing is proved of it that would serve; undefined where something is. */
  readonly unproven: string | undefined;
  /** Live links that run the program. */
  links = 0;
  readonly #kernel: Kernel;
  readonly #maps: KernelMap[] = [];

  constructor(
    kernel: Kernel,
    options: ProgramOptions,
    type: ProgramTypeRow,
    { executable, maps, unproven }: KernelProgramParts,
  ) {
    super(kernel.objects);
    this.#kernel = kernel;
    this.options = options;
    this.type = type;
    this.executable = executable;
    this.unproven = unproven;
    for (const map of maps) this.bind(map);
  }

  get info(): ProgramInfo {
    const { name, type, section, file = "", attachType = 0, execution = "jit" } = this.options;
    return {
      id: this.id,
      name,
      type,
      section,
      file,
      attachType,
      execution,
      mapIds: this.#maps.map((map) => map.id),
      links: this.links,
      pinnedPaths: this.pinnedPaths,
    };
  }

  /** Keeps `map` alive as long as the program. */
  bind(map: KernelMap): void {
    // Binding again counts again, as on Windows.
    this.#maps.push(map.acquire());
  }

  protected override destroy(): void {
    this.#kernel.forget(this);
    for (const map of this.#maps) map.release();
  }
}
