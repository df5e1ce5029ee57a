// Maps, ids, information and pins.
import { hexText, OutBuffer } from "./arguments.mjs";

/** C writes through an out-pointer: NULL there is an access violation, for which the door has no argument. */
export function written(buffer, data) {
  if (data === undefined) return;
  if (buffer === null) throw new TypeError("NULL where the result is written");
  buffer.write(data);
}

/** @param {any[]} args */
const out = (...args) =>
  Object.fromEntries(args.filter((arg) => arg instanceof OutBuffer).map((arg) => [arg.label, hexText(arg.bytes)]));

const batchOptions = (bytes) => {
  if (bytes === null) return null;
  const view = new DataView(bytes.buffer);
  return { elem_flags: view.getBigUint64(8, true), flags: view.getBigUint64(16, true) };
};

const lookup =
  (name) =>
  (door, [descriptor, key, value]) => {
    // The first byte is cleared before anything is looked at.
    if (value === null) throw new TypeError("NULL where the value is written");
    value.write(Uint8Array.of(0));
    const result = door[name](descriptor, key);
    written(value, result.value);
    return { ret: result.ret, out: out(value) };
  };

const lookupBatch =
  (name) =>
  (door, [descriptor, inBatch, outBatch, keys, values, count, options]) => {
    const result = door[name](descriptor, inBatch, count.u32, batchOptions(options));
    written(keys, result.keys);
    written(values, result.values);
    written(outBatch, result.out_batch);
    if (result.count !== undefined) count.writeU32(result.count);
    return { ret: result.ret, out: out(outBatch, keys, values, count) };
  };

/** What no buffer can be for: a value that depends on how many there are. */
const sized = (values, count) => (typeof values === "function" ? values(count.u32) : values);

const nextId =
  (name) =>
  (door, [start, next]) => {
    // NULL is written through at once, whether or not there is an id.
    if (next === null) throw new TypeError("NULL where the id is written");
    const { ret, value } = door[name](start);
    if (value !== undefined) next.writeU32(value);
    return { ret, out: out(next), id: value };
  };

/** @type {Record<string, import("./calls.mjs").Adapter>} */
export const mapCalls = {
  bpf_map_create: (door, args) => ({ ret: door.bpf_map_create(...args) }),
  bpf_create_map: (door, args) => ({ ret: door.bpf_create_map(...args) }),
  bpf_create_map_in_map: (door, args) => ({ ret: door.bpf_create_map_in_map(...args) }),
  bpf_create_map_xattr: (door, args) => ({ ret: door.bpf_create_map_xattr(...args) }),
  bpf_map_lookup_elem: lookup("bpf_map_lookup_elem"),
  bpf_map_lookup_and_delete_elem: lookup("bpf_map_lookup_and_delete_elem"),
  bpf_map_update_elem: (door, args) => ({ ret: door.bpf_map_update_elem(...args) }),
  bpf_map_delete_elem: (door, args) => ({ ret: door.bpf_map_delete_elem(...args) }),
  bpf_map_get_next_key(door, [descriptor, key, next]) {
    const { ret, value } = door.bpf_map_get_next_key(descriptor, key);
    if (next === null) return { ret: -22 };
    written(next, value);
    return { ret, out: out(next) };
  },
  bpf_map_update_batch(door, [descriptor, keys, values, count, options]) {
    const ret = door.bpf_map_update_batch(descriptor, keys, sized(values, count), count.u32, batchOptions(options));
    return { ret, out: out(count) };
  },
  bpf_map_delete_batch(door, [descriptor, keys, count, options]) {
    return { ret: door.bpf_map_delete_batch(descriptor, keys, count.u32, batchOptions(options)), out: out(count) };
  },
  bpf_map_lookup_batch: lookupBatch("bpf_map_lookup_batch"),
  bpf_map_lookup_and_delete_batch: lookupBatch("bpf_map_lookup_and_delete_batch"),

  bpf_map_get_next_id: nextId("bpf_map_get_next_id"),
  bpf_prog_get_next_id: nextId("bpf_prog_get_next_id"),
  bpf_link_get_next_id: nextId("bpf_link_get_next_id"),
  bpf_map_get_fd_by_id: (door, [id]) => ({ ret: door.bpf_map_get_fd_by_id(id) }),
  bpf_prog_get_fd_by_id: (door, [id]) => ({ ret: door.bpf_prog_get_fd_by_id(id) }),
  bpf_link_get_fd_by_id: (door, [id]) => ({ ret: door.bpf_link_get_fd_by_id(id) }),
  ebpf_close_fd: (door, [descriptor]) => ({ ret: door.ebpf_close_fd(descriptor) }),
  libbpf_num_possible_cpus: (door) => ({ ret: door.libbpf_num_possible_cpus() }),
  ebpf_duplicate_fd(door, [descriptor, target], { names }) {
    const { ret, value } = door.ebpf_duplicate_fd(descriptor);
    const name = target.result.slice(1);
    names.set(name, value ?? -1);
    if (value !== undefined) names.nameObject(name, value);
    return { ret, out: { [name]: value === undefined ? null : "ptr" } };
  },

  bpf_obj_get_info_by_fd(door, [descriptor, info, length], { names }) {
    if (info === null) {
      // Only the descriptor is looked at.
      const { ret } = door.bpf_obj_get_info_by_fd(descriptor);
      return { ret, out: out(length) };
    }
    if (length === null) return { ret: door.bpf_obj_get_info_by_fd(descriptor, { info_len: 0 }).ret, out: out(info) };
    const result = door.bpf_obj_get_info_by_fd(descriptor, { info_len: length.u32 });
    const info_len = result.info_len ?? length.u32;
    if (result.ret !== 0) return { ret: result.ret, out: { info_len } };
    if (result.info === undefined) return { ret: 0, out: { info_len, bytes_written: info_len } };
    return { ret: 0, out: { info_len, info: symbolic(result.info, names) } };
  },

  bpf_obj_pin: (door, args) => ({ ret: door.bpf_obj_pin(...args) }),
  bpf_obj_get: (door, args) => ({ ret: door.bpf_obj_get(...args) }),
  ebpf_object_unpin: (door, args) => ({ ret: door.ebpf_object_unpin(...args) }),
  ebpf_canonicalize_pin_path(door, [buffer, size, input]) {
    if (buffer === null) return { ret: 6 };
    const { ret, value } = door.ebpf_canonicalize_pin_path(input, size);
    return { ret, out: { [buffer.text]: value } };
  },
  ebpf_api_get_pinned_map_info(door, _args, { names }) {
    const { ret, map_info } = door.ebpf_api_get_pinned_map_info();
    return { ret, count: map_info.length, list: map_info.map((info) => symbolic(info, names)) };
  },
};

/** Members of an information structure as recordings write them: ids by name, bytes as hex. */
function symbolic(info, names) {
  const { map_ids: _, ...members } = info;
  return Object.fromEntries(
    Object.entries(members).map(([key, value]) => {
      if (key === "id" || key === "prog_id" || key === "inner_map_id") return [key, names.id(value)];
      return [key, value instanceof Uint8Array ? hexText(value) : value];
    }),
  );
}
