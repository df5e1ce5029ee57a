import { failure, type Handle } from "../engine/index.ts";
import { EbpfError } from "../errors.ts";
import { EbpfResult } from "../platform/index.ts";
import { KernelLink } from "./link.ts";
import { KernelMap } from "./maps/index.ts";
import type { KernelObject } from "./objects.ts";
import { KernelProgram } from "./program.ts";

/** A handle: one user reference to one object, until it is closed. */
export class SimulatedHandle implements Handle {
  /** The object, if it is a map and the handle is open: what calls on maps ask for every time. */
  map: KernelMap | undefined;
  readonly #object: KernelObject;
  #open = true;

  constructor(object: KernelObject) {
    this.#object = object.acquireUser();
    this.map = object instanceof KernelMap ? object : undefined;
  }

  get kind(): Handle["kind"] {
    return this.#object.kind;
  }

  get object(): KernelObject {
    if (!this.#open) throw new EbpfError("EBPF_CLOSED", "The handle is closed");
    return this.#object;
  }

  close(): void {
    if (!this.#open) return;
    this.#open = false;
    this.map = undefined;
    this.#object.releaseUser();
  }
}

/** The object behind a handle of this engine; throws `EBPF_INVALID_ARGUMENT` for any other, `EBPF_CLOSED`. */
export function objectOf(handle: Handle): KernelObject {
  if (handle instanceof SimulatedHandle) return handle.object;
  throw failure(EbpfResult.INVALID_OBJECT, "This is no handle of this kernel");
}

export function mapOf(handle: Handle): KernelMap {
  if (handle instanceof SimulatedHandle && handle.map !== undefined) return handle.map;
  const object = objectOf(handle);
  if (object instanceof KernelMap) return object;
  throw failure(EbpfResult.INVALID_OBJECT, `This is a ${object.kind}, not a map`);
}

export function programOf(handle: Handle): KernelProgram {
  const object = objectOf(handle);
  if (object instanceof KernelProgram) return object;
  throw failure(EbpfResult.INVALID_OBJECT, `This is a ${object.kind}, not a program`);
}

export function linkOf(handle: Handle): KernelLink {
  const object = objectOf(handle);
  if (object instanceof KernelLink) return object;
  throw failure(EbpfResult.INVALID_OBJECT, `This is a ${object.kind}, not a link`);
}
