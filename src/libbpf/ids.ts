import type { Handle } from "../engine/index.ts";
import { EbpfResult, errnoNumbers } from "../platform/index.ts";
import type { Out } from "./map-elements.ts";
import type { Session } from "./session.ts";

const { ENOENT } = errnoNumbers;

/** Live objects by id, and descriptors. One counter numbers maps, programs and links; the first id is 2. */
export function idCalls(session: Session) {
  const { engine, descriptors } = session;

  function nextId(kind: Handle["kind"], start: number): Out<number> {
    let value: number | undefined;
    const ret = session.run(() => {
      value = engine.nextId(kind, start >>> 0);
      return value === undefined ? session.fail(ENOENT) : 0;
    });
    return { ret, value };
  }

  function open(kind: Handle["kind"], id: number): number {
    return session.run(() => {
      const handle = engine.openId(kind, id >>> 0);
      return handle === undefined ? session.fail(ENOENT) : descriptors.open(handle);
    });
  }

  return {
    /** The smallest id of a map above `start_id`: `ret` 0, or -ENOENT at the end. */
    bpf_map_get_next_id: (start_id: number): Out<number> => nextId("map", start_id),
    bpf_prog_get_next_id: (start_id: number): Out<number> => nextId("program", start_id),
    bpf_link_get_next_id: (start_id: number): Out<number> => nextId("link", start_id),

    /** A new descriptor for the map of that id, or -ENOENT. */
    bpf_map_get_fd_by_id: (id: number): number => open("map", id),
    bpf_prog_get_fd_by_id: (id: number): number => open("program", id),
    bpf_link_get_fd_by_id: (id: number): number => open("link", id),

    /** A second descriptor for the same object: `ret` is an `ebpf_result_t`. */
    ebpf_duplicate_fd(descriptor: number): Out<number> {
      const handle = descriptors.get(descriptor);
      if (handle === undefined) return { ret: EbpfResult.INVALID_FD, value: undefined };
      return { ret: EbpfResult.SUCCESS, value: descriptors.open(engine.duplicate(handle)) };
    },

    /** Closes a descriptor: 0 (EBPF_SUCCESS), or 17 (EBPF_FAILED) where it is not open. */
    ebpf_close_fd: (descriptor: number): number =>
      descriptors.close(descriptor) ? EbpfResult.SUCCESS : EbpfResult.FAILED,

    /** CPUs that a per-CPU value has slots for. */
    libbpf_num_possible_cpus: (): number => engine.cpus,
  };
}
