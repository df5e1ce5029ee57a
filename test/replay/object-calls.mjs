// Object files, loading programs, test runs.
import { hexText } from "./arguments.mjs";

const named = (object) => (object === null ? { ret: null } : { ret: object, name: object.name });

/** @type {Record<string, import("./calls.mjs").Adapter>} */
export const objectCalls = {
  bpf_object__open: (door, [path], { file }) => ({ ret: door.bpf_object__open(file(path)) }),
  bpf_object__open_file: (door, [path, options], { file }) => named(door.bpf_object__open_file(file(path), options)),
  bpf_object__open_mem: (door, args) => named(door.bpf_object__open_mem(...args)),
  bpf_map__is_pinned: (door, [map]) => ({ ret: Number(door.bpf_map__is_pinned(map)) }),
  bpf_program__autoload: (door, [program]) => ({ ret: Number(door.bpf_program__autoload(program)) }),
  bpf_program__set_autoload: (door, [program, value]) => ({
    ret: door.bpf_program__set_autoload(program, value !== 0),
  }),
  bpf_program__log_buf(door, [program, size]) {
    const { log, log_size } = door.bpf_program__log_buf(program);
    size.writeU64(log_size);
    return { ret: log, out: { [size.label]: hexText(size.bytes) } };
  },
  ebpf_program_query_info(door, [descriptor, execution, file, section]) {
    const info = door.ebpf_program_query_info(descriptor);
    if (info.execution_type !== undefined) execution.writeU32(info.execution_type);
    return {
      ret: info.ret,
      out: {
        [execution.label]: hexText(execution.bytes),
        [file.string]: info.file_name ?? null,
        [section.string]: info.section_name ?? null,
      },
    };
  },

  async bpf_prog_load(door, args) {
    const { ret, log } = await door.bpf_prog_load(...args);
    return log === undefined ? { ret } : { ret, log };
  },
  async bpf_load_program(door, [type, instructions, count, license, version, _log, size]) {
    return { ret: (await door.bpf_load_program(type, instructions, count, license, version, size)).ret };
  },

  async bpf_prog_test_run_opts(door, [descriptor, options]) {
    if (options === null) return { ret: (await door.bpf_prog_test_run_opts(descriptor, null)).ret };
    const { data_in, data_size_in, data_out, data_size_out, ctx_in, ctx_size_in, ctx_out, ctx_size_out } = options;
    const { repeat, flags, cpu, batch_size } = options;
    // C copies as many bytes as the size says: NULL with a size is an access violation.
    if ((data_in === null && data_size_in > 0) || (ctx_in === null && ctx_size_in > 0)) {
      throw new TypeError("NULL where input is read");
    }
    const run = await door.bpf_prog_test_run_opts(descriptor, {
      data_in: input(data_in, data_size_in),
      ctx_in: input(ctx_in, ctx_size_in),
      data_out: data_out !== null,
      ctx_out: ctx_out !== null,
      data_size_out,
      ctx_size_out,
      repeat,
      flags,
      cpu,
      batch_size,
    });
    const failed = run.ret !== 0;
    return {
      ret: run.ret,
      out: {
        data_size_out: failed ? data_size_out : run.data_size_out,
        ctx_size_out: failed ? ctx_size_out : run.ctx_size_out,
        retval: failed ? null : run.retval,
        duration: failed ? "unchanged" : "nanoseconds",
        ...(data_out === null ? {} : { data_out: shown(run.data_out) }),
        ...(ctx_out === null ? {} : { ctx_out: shown(run.ctx_out) }),
      },
    };
  },
};

const input = (bytes, size) => (bytes === null ? null : bytes.subarray(0, size));
const shown = (bytes) => (bytes === undefined || bytes.length === 0 ? "untouched" : hexText(bytes));
