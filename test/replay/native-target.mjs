// The machine's own eBPF as a target of replays: ebpfapi.dll through the addon.

/** Descriptors that a scenario leaves open at most. */
const DESCRIPTORS = 4096;
/** Signals come from a thread that waits for the system's event, by way of the event loop. */
const SIGNAL_MS = 100;

/**
 * Makes targets of a build of winbpf: `openRuntime` of its first door, `libbpf` and `WaitEvent` of its second. A kernel
 * that outlives a scenario is emptied after it: what is pinned, attached and open goes. Ids go on where they were.
 * @param {{ openRuntime: Function, libbpf: Function, WaitEvent: new () => unknown }} winbpf
 * @param {"windows" | "libbpf"} kind
 * @returns {(header: import("./scenarios.mjs").Header) => Promise<import("./replay.mjs").Target>}
 */
export function nativeTarget({ openRuntime, libbpf, WaitEvent }, kind) {
  return async () => {
    const runtime = await openRuntime(kind);
    const door = libbpf(runtime);
    return {
      door,
      newEvent: () => new WaitEvent(),
      signalMs: SIGNAL_MS,
      close() {
        empty(door);
        runtime.close();
      },
    };
  };
}

/** Closes, detaches and unpins everything that a door can see. */
function empty(door) {
  for (let object = door.bpf_object__next(null); object !== null; object = door.bpf_object__next(null)) {
    door.bpf_object__close(object);
  }
  for (let path = next(door, ""); path !== undefined; path = next(door, "")) {
    if (door.ebpf_object_unpin(path) !== 0) break;
  }
  for (let descriptor = 3; descriptor < DESCRIPTORS; descriptor++) door.ebpf_close_fd(descriptor);
  for (
    let { ret, value } = door.bpf_link_get_next_id(0);
    ret === 0;
    { ret, value } = door.bpf_link_get_next_id(value)
  ) {
    const link = door.bpf_link_get_fd_by_id(value);
    if (link < 0) continue;
    door.bpf_link_detach(link);
    door.ebpf_close_fd(link);
  }
}

/** The first pin after `path`. */
function next(door, path) {
  const { ret, next_path } = door.ebpf_get_next_pinned_object_path(path, 0);
  return ret === 0 ? next_path : undefined;
}
