// What each C function of the recordings is through the door: arguments in C's order in, `{ ret, out }` as recorded out.
import { hexText, OutBuffer } from "./arguments.mjs";
import { linkCalls } from "./link-calls.mjs";
import { mapCalls } from "./map-calls.mjs";
import { objectCalls } from "./object-calls.mjs";
import { ringCalls } from "./ring-calls.mjs";
import { textCalls } from "./text-calls.mjs";

/**
 * @typedef {{ ret?: unknown, out?: Record<string, unknown>, [field: string]: unknown }} Outcome
 * @typedef {(door: any, args: any[], context: import("./replay.mjs").Context) => Outcome | Promise<Outcome>} Adapter
 */

/** A function that takes what C takes and writes nothing: its result is `ret`. @returns {Adapter} */
const plain = (name) => async (door, args) => ({ ret: await door[name](...args) });

const plainNames = [
  "bpf_map__fd",
  "bpf_map__name",
  "bpf_map__pin",
  "bpf_map__unpin",
  "bpf_object__close",
  "bpf_object__find_map_by_name",
  "bpf_object__find_map_fd_by_name",
  "bpf_object__find_program_by_name",
  "bpf_object__load",
  "bpf_object__next",
  "bpf_object__next_map",
  "bpf_object__name",
  "bpf_object__pin",
  "bpf_object__pin_maps",
  "bpf_object__pin_programs",
  "bpf_object__unload",
  "bpf_object__unpin_maps",
  "bpf_object__unpin_programs",
  "bpf_prog_bind_map",
  "bpf_program__flags",
  "bpf_program__get_expected_attach_type",
  "bpf_program__insn_cnt",
  "bpf_program__name",
  "bpf_program__pin",
  "bpf_program__set_expected_attach_type",
  "bpf_program__set_flags",
  "bpf_program__set_type",
  "bpf_program__type",
  "bpf_program__unload",
  "bpf_program__unpin",
  "ebpf_object_get_execution_type",
  "ebpf_object_set_execution_type",
  "bpf_map__key_size",
  "bpf_map__max_entries",
  "bpf_map__next",
  "bpf_map__prev",
  "bpf_map__type",
  "bpf_map__value_size",
  "bpf_object__next_program",
  "bpf_object__prev_map",
  "bpf_object__prev_program",
  "bpf_program__fd",
  "bpf_program__get_type",
  "bpf_program__next",
  "bpf_program__prev",
  "bpf_program__section_name",
  "ebpf_perf_buffer_get_wait_handle",
  "ebpf_program_synchronize",
  "libbpf_get_error",
];

/** @type {Record<string, Adapter>} */
export const calls = {
  ...Object.fromEntries(plainNames.map((name) => [name, plain(name)])),
  ...mapCalls,
  ...objectCalls,
  ...linkCalls,
  ...ringCalls,
  ...textCalls,
};

/** The `out` of buffers: label → hex. @param {any[]} args */
export function buffersOut(args) {
  const buffers = args.filter((arg) => arg instanceof OutBuffer);
  return Object.fromEntries(buffers.map((buffer) => [buffer.label, hexText(buffer.bytes)]));
}
