// The simulated kernel as a target of replays.

/** Hooks of `fire` by the section prefix that programs for them have. */
const hooks = {
  xdp: "xdp",
  bind: "bind",
  connect4: "cgroup/connect4",
  connect6: "cgroup/connect6",
  recv_accept4: "cgroup/recv_accept4",
  recv_accept6: "cgroup/recv_accept6",
  sock_ops: "sockops",
  sample: "sample_ext",
};

/**
 * Makes targets of a build of winbpf: `simulate` of its first door, `libbpf` and `WaitEvent` of its second.
 * @param {{ simulate: Function, libbpf: Function, WaitEvent: new () => unknown }} winbpf
 * @returns {(header: import("./scenarios.mjs").Header) => import("./replay.mjs").Target}
 */
export function simulatedTarget({ simulate, libbpf, WaitEvent }) {
  return ({ cpus, profile, seed }) => {
    const runtime = simulate({ cpus, profile, seed: seed ?? 1, providers: "upstream-tests" });
    return {
      door: libbpf(runtime),
      fire: (hook, context, data) => runtime.fire(hooks[hook], context, data ?? undefined),
      newEvent: () => new WaitEvent(),
      close: () => runtime.close(),
    };
  };
}
