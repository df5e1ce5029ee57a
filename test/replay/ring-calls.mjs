// Ring and perf buffers: callbacks of the recorder note events.
import { hexText } from "./arguments.mjs";

const reader =
  (name) =>
  (door, [descriptor, sample, ctx, options], { recorder }) => ({
    ret: door[name](descriptor, sample === undefined ? null : sample && recorder.ring, ctx, options ?? null),
  });

/** @type {Record<string, import("./calls.mjs").Adapter>} */
export const ringCalls = {
  ring_buffer__new: reader("ring_buffer__new"),
  ebpf_ring_buffer__new: reader("ebpf_ring_buffer__new"),
  ring_buffer__add: (door, [ring, descriptor, sample, ctx], { recorder }) => ({
    ret: door.ring_buffer__add(ring, descriptor, sample === null ? null : recorder.ring, ctx),
  }),
  ring_buffer__consume: (door, args) => ({ ret: door.ring_buffer__consume(...args) }),
  ring_buffer__poll: async (door, args) => ({ ret: await door.ring_buffer__poll(...args) }),
  ring_buffer__free: (door, args) => ({ ret: door.ring_buffer__free(...args) ?? null }),
  perf_buffer__new: (door, [descriptor, pages, sample, lost, ctx], { recorder }) => ({
    ret: door.perf_buffer__new(
      descriptor,
      pages,
      sample === null ? null : recorder.perf,
      lost === null ? null : recorder.lost,
      ctx,
    ),
  }),
  perf_buffer__consume: (door, args) => ({ ret: door.perf_buffer__consume(...args) }),
  perf_buffer__consume_buffer: (door, args) => ({ ret: door.perf_buffer__consume_buffer(...args) }),
  perf_buffer__poll: async (door, args) => ({ ret: await door.perf_buffer__poll(...args) }),
  perf_buffer__buffer_cnt: (door, args) => ({ ret: door.perf_buffer__buffer_cnt(...args) }),
  perf_buffer__free: (door, args) => ({ ret: door.perf_buffer__free(...args) ?? null }),
  ebpf_ring_buffer_get_wait_handle: (door, args) => ({ ret: door.ebpf_ring_buffer_get_wait_handle(...args) }),
  ebpf_map_set_wait_handle: (door, args) => ({ ret: door.ebpf_map_set_wait_handle(...args) }),
  ebpf_ring_buffer_map_map_buffer(door, [descriptor, consumer, producer, data, size], { names }) {
    const { ret, value } = door.ebpf_ring_buffer_map_map_buffer(descriptor);
    const shown = value === undefined ? null : "ptr";
    const pages = { consumer, producer, data };
    const out = {};
    for (const [page, target] of Object.entries(pages)) {
      const name = target.result.slice(1);
      names.set(name, value === undefined ? null : { mapping: value, page });
      out[name] = shown;
    }
    if (value !== undefined) size.writeU64(value.data_size);
    return { ret, out: { ...out, [size.label]: hexText(size.bytes) } };
  },
  ebpf_ring_buffer_map_unmap_buffer: (door, [descriptor, consumer]) => ({
    ret: door.ebpf_ring_buffer_map_unmap_buffer(descriptor, consumer?.mapping ?? null),
  }),
  ebpf_ring_buffer_map_write: (door, [descriptor, data, length]) => ({
    ret: door.ebpf_ring_buffer_map_write(descriptor, data === null ? null : data.subarray(0, length)),
  }),
  ebpf_perf_event_array_map_write: (door, [descriptor, data, length]) => ({
    ret: door.ebpf_perf_event_array_map_write(descriptor, data === null ? null : data.subarray(0, length)),
  }),
};

/** The recorder's callbacks: they note events and answer what `callback_returns` asked for. */
export class Recorder {
  events = [];
  #answers = new Map();
  #calls = 0;

  ring = (ctx, data) => {
    this.events.push(["sample", ctx, data.length, hexText(data)]);
    const value = this.#answers.get(++this.#calls) ?? 0;
    return value;
  };

  perf = (ctx, cpu, data) => {
    this.events.push(["sample", ctx, cpu, data.length, hexText(data)]);
  };

  lost = (ctx, cpu, count) => {
    this.events.push(["lost", ctx, cpu, count]);
  };

  /** The n-th callback from now answers `value`. */
  answer({ at_sample, value }) {
    this.#answers = new Map([[at_sample, value]]);
    this.#calls = 0;
  }

  /** The events since the last time. */
  take() {
    return this.events.splice(0);
  }
}
