import type { Engine, Handle, MapInfo } from "../engine/index.ts";
import { MapType, mapTypes } from "../platform/index.ts";
import { Resource, type Session } from "./resource.ts";

/**
 * The kernel's map behind every `BpfMap` of it.
 * @internal
 */
export class MapResource extends Resource {
  readonly info: MapInfo;
  readonly #waiters = new Set<() => void>();

  constructor(session: Session, handle: Handle) {
    const info = session.engine.mapInfo(handle);
    super(session, handle, `Map ${JSON.stringify(info.name)}`);
    this.info = info;
  }

  /** Calls `waiter` when this or the runtime is closed, unless the returned function was called before. */
  onClose(waiter: () => void): () => void {
    this.#waiters.add(waiter);
    const forget = this.session.onEnd(waiter);
    return () => {
      this.#waiters.delete(waiter);
      forget();
    };
  }

  override close(): void {
    super.close();
    for (const waiter of [...this.#waiters]) waiter();
  }

  get engine(): Engine {
    return this.session.engine;
  }

  /** Whether an entry has a value for each CPU. */
  get perCpu(): boolean {
    const { type } = this.info;
    return mapTypes[type]?.perCpu === true && type !== MapType.PERF_EVENT_ARRAY;
  }

  /** Whether entries refer to maps or programs. */
  get holdsObjects(): boolean {
    return (mapTypes[this.info.type]?.valueKind ?? "any") !== "any";
  }

  /** Bytes of an entry's value: of all CPUs, each padded to 8 bytes, in per-CPU maps. */
  get valueBytes(): number {
    const { valueSize } = this.info;
    return this.perCpu ? Math.ceil(valueSize / 8) * 8 * this.engine.cpus : valueSize;
  }

  /** Another map of the same runtime. */
  sibling(handle: Handle): MapResource {
    return new MapResource(this.session, handle);
  }
}
