// What a macro of the recordings does: several calls, one outcome.
import { createHash } from "node:crypto";
import { hexBytes, hexText } from "./arguments.mjs";

/** Maps whose values are ids. */
const ID_VALUES = new Set([3, 6, 7]);
const LARGEST = 100_000;
/** Reading in batches may never end where what is deleted stays: the recorder stopped here. */
const MOST_BATCHES = 200;

/** @type {Record<string, (door: any, args: any[], context: import("./replay.mjs").Context) => any>} */
export const macros = {
  collect_keys: (door, args, context) => collect(door, args, context, (entries) => ({ keys: entries })),

  nonzero_values: (door, args, context) =>
    collect(door, args, context, (entries) => {
      const nonzero = entries.map((entry) => entry.split(":")).filter(([, value]) => !/^0*$/.test(value ?? ""));
      return { nonzero: Object.fromEntries(nonzero) };
    }),

  collect_batches(door, [map, , , chunk, remove], context) {
    const name = remove ? "bpf_map_lookup_and_delete_batch" : "bpf_map_lookup_batch";
    const { keySize, valueSize } = sizes(door, map, context);
    const calls = [];
    const pairs = [];
    let cursor = null;
    for (;;) {
      const { ret, count, keys, values, out_batch } = door[name](map, cursor, chunk, { elem_flags: 0, flags: 0 });
      calls.push([ret, count ?? chunk]);
      if (ret < 0) break;
      for (let i = 0; i < count; i++) {
        const key = hexText(keys.subarray(i * keySize, (i + 1) * keySize));
        pairs.push(`${key}:${shownValue(door, map, values.subarray(i * valueSize, (i + 1) * valueSize), context)}`);
      }
      cursor = out_batch;
      if (calls.length === MOST_BATCHES) break;
    }
    pairs.sort();
    return { calls, pairs };
  },

  enumerate_ids(door, [kind], { names }) {
    const next = { map: "bpf_map_get_next_id", program: "bpf_prog_get_next_id", prog: "bpf_prog_get_next_id" };
    const name = next[kind] ?? "bpf_link_get_next_id";
    const ids = [];
    let result = door[name](0);
    while (result.ret === 0) {
      ids.push(names.id(result.value));
      result = door[name](result.value);
    }
    return { end: result.ret, ids };
  },

  enumerate_pins(door, [type]) {
    const list = [];
    let result = door.ebpf_get_next_pinned_object_path("", type);
    while (result.ret === 0) {
      list.push([result.next_path, result.type]);
      result = door.ebpf_get_next_pinned_object_path(result.next_path, type);
    }
    return { list, end: result.ret };
  },

  enumerate_programs(door, [object], { names, nameOf }) {
    const prefix = nameOf(0);
    const list = [];
    let program = door.bpf_object__next_program(object, null);
    for (; program !== null; program = door.bpf_object__next_program(object, program)) {
      const name = door.bpf_program__name(program);
      const descriptor = door.bpf_program__fd(program);
      names.set(`${prefix}.p.${name}`, program);
      names.set(`${prefix}.pf.${name}`, descriptor);
      if (descriptor > 0) names.nameObject(`${prefix}.p.${name}`, descriptor);
      list.push({
        name,
        section: door.bpf_program__section_name(program),
        type: door.bpf_program__type(program),
        attach: door.bpf_program__get_expected_attach_type(program),
        insns: door.bpf_program__insn_cnt(program),
        flags: door.bpf_program__flags(program),
        autoload: Number(door.bpf_program__autoload(program)),
        fd: descriptor > 0 ? "fd" : descriptor,
      });
    }
    const reverse = [];
    program = door.bpf_object__prev_program(object, null);
    for (; program !== null; program = door.bpf_object__prev_program(object, program)) {
      reverse.push(door.bpf_program__name(program));
    }
    return { list, reverse };
  },

  enumerate_maps(door, [object], { names, nameOf }) {
    const prefix = nameOf(0);
    const list = [];
    let map = door.bpf_object__next_map(object, null);
    for (; map !== null; map = door.bpf_object__next_map(object, map)) {
      const name = door.bpf_map__name(map);
      const descriptor = door.bpf_map__fd(map);
      names.set(`${prefix}.m.${name}`, map);
      names.set(`${prefix}.mf.${name}`, descriptor);
      if (descriptor > 0) names.nameObject(`${prefix}.m.${name}`, descriptor);
      list.push({
        name,
        type: door.bpf_map__type(map),
        key_size: door.bpf_map__key_size(map),
        value_size: door.bpf_map__value_size(map),
        max_entries: door.bpf_map__max_entries(map),
        pinned: Number(door.bpf_map__is_pinned(map)),
        fd: descriptor > 0 ? "fd" : descriptor,
      });
    }
    const reverse = [];
    map = list.length === 0 ? null : door.bpf_object__prev_map(object, null);
    for (; map !== null; map = door.bpf_object__prev_map(object, map)) reverse.push(door.bpf_map__name(map));
    return { list, reverse };
  },

  fire(_door, [hook, { data, ctx }], { fire }) {
    const context = typeof ctx === "string" ? hexBytes(ctx) : ctx;
    const result = fire(hook, context, data);
    if (result === undefined) return { ret: 23, out: { ctx: hexText(context), result: null } };
    return { ret: 0, out: { ctx: hexText(result.context), result: result.value } };
  },

  callback_returns(_door, [answer], { recorder }) {
    recorder.answer(answer);
    return {};
  },

  async wait(_door, [event, timeout], { signalMs }) {
    return { ret: (await event.wait(Math.max(timeout, signalMs))) ? 0 : 258 };
  },

  new_event: (_door, _args, { newEvent }) => ({ ret: newEvent() }),

  read_memory(_door, [{ mapping, page }, length]) {
    const bytes = Buffer.alloc(length);
    if (page === "data") bytes.set(mapping.data(0, length));
    else if (length >= 8) bytes.writeBigUInt64LE(BigInt(mapping[`${page}_offset`]));
    return { hex: hexText(bytes) };
  },

  forget(_door, _args, { names, nameOf }) {
    names.forget(nameOf(0));
    return {};
  },
};

function collect(door, [map, , valueSize], context, shape) {
  const entries = [];
  const seen = new Set();
  let duplicates = 0;
  let next = door.bpf_map_get_next_key(map, null);
  for (; next.ret === 0 && entries.length < LARGEST; next = door.bpf_map_get_next_key(map, next.value)) {
    const key = hexText(next.value);
    if (seen.has(key)) duplicates++;
    seen.add(key);
    if (!valueSize) {
      entries.push(key);
      continue;
    }
    const { ret, value } = door.bpf_map_lookup_elem(map, next.value);
    entries.push(`${key}:${ret < 0 ? ret : shownValue(door, map, value, context)}`);
  }
  const { errno } = door;
  const ordered = context.step.ordered === true;
  if (!ordered) entries.sort();
  const outcome = { count: entries.length, duplicates, end: next.ret, ...shape(entries) };
  door.errno = errno;
  return ordered ? { ordered: true, ...outcome } : outcome;
}

function sizes(door, map, context) {
  const { info } = context.infoOf(door, map);
  const perCpu = info !== undefined && [4, 5, 11].includes(info.type);
  const padded = Math.ceil((info?.value_size ?? 0) / 8) * 8 * door.libbpf_num_possible_cpus();
  return { keySize: info?.key_size ?? 0, valueSize: perCpu ? padded : (info?.value_size ?? 0) };
}

function shownValue(door, map, value, context) {
  const { info } = context.infoOf(door, map);
  if (info === undefined || !ID_VALUES.has(info.type)) return hexText(value);
  const id = new DataView(value.buffer, value.byteOffset).getUint32(0, true);
  return id === 0 ? hexText(value) : context.names.id(id);
}

/** How recordings write long lists of pairs: their number and a hash. */
export function hashed(pairs) {
  return { pairs: pairs.length, pairs_sha256: createHash("sha256").update(pairs.join("\n")).digest("hex") };
}
