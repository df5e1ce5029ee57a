// Attaching, links, XDP.
import { hexText } from "./arguments.mjs";

/** @type {Record<string, import("./calls.mjs").Adapter>} */
export const linkCalls = {
  bpf_program__attach: async (door, [program]) => ({ ret: await door.bpf_program__attach(program) }),
  bpf_program__attach_xdp: async (door, args) => ({ ret: await door.bpf_program__attach_xdp(...args) }),
  async ebpf_program_attach_by_fd(door, [descriptor, type, parameters, size, target], { names }) {
    const data = parameters === null ? null : parameters.subarray(0, size);
    const { ret, value } = await door.ebpf_program_attach_by_fd(descriptor, type, data, target === null);
    if (target === null) return { ret };
    const name = target.result.slice(1);
    names.set(name, value ?? null);
    return { ret, out: { [name]: value === undefined ? null : "ptr" } };
  },
  bpf_prog_attach: async (door, args) => ({ ret: await door.bpf_prog_attach(...args) }),
  bpf_prog_detach: (door, args) => ({ ret: door.bpf_prog_detach(...args) }),
  bpf_prog_detach2: (door, args) => ({ ret: door.bpf_prog_detach2(...args) }),
  bpf_link_detach: (door, args) => ({ ret: door.bpf_link_detach(...args) }),
  bpf_link__fd: (door, args) => ({ ret: door.bpf_link__fd(...args) }),
  bpf_link__open: (door, args) => ({ ret: door.bpf_link__open(...args) }),
  bpf_link__pin: (door, args) => ({ ret: door.bpf_link__pin(...args) }),
  bpf_link__unpin: (door, args) => ({ ret: door.bpf_link__unpin(...args) }),
  bpf_link__destroy: (door, args) => ({ ret: door.bpf_link__destroy(...args) }),
  bpf_link__disconnect: (door, args) => ({ ret: door.bpf_link__disconnect(...args) }),
  ebpf_link_close: (door, args) => ({ ret: door.ebpf_link_close(...args) }),
  bpf_xdp_attach: async (door, args) => ({ ret: await door.bpf_xdp_attach(...args) }),
  bpf_xdp_detach: async (door, args) => ({ ret: await door.bpf_xdp_detach(...args) }),
  bpf_set_link_xdp_fd: async (door, args) => ({ ret: await door.bpf_set_link_xdp_fd(...args) }),
  bpf_xdp_query_id(door, [ifIndex, flags, id], { names }) {
    const { ret, value } = door.bpf_xdp_query_id(ifIndex, flags);
    id.writeU32(value);
    return { ret, out: { [id.label]: value === 0 ? 0 : names.id(value) }, bytes: hexText(id.bytes) };
  },
};
