// Names of types, and the texts of verification, disassembly and enumeration.
import { hexText } from "./arguments.mjs";

/** GUIDs that are not known leave zeros; numbers leave the buffer as it was. */
const guid = (value, size = 16) => hexText(value ?? new Uint8Array(size));
const plain = (name) => (door, args) => ({ ret: door[name](...args) });

/** @type {Record<string, import("./calls.mjs").Adapter>} */
export const textCalls = {
  libbpf_bpf_prog_type_str: plain("libbpf_bpf_prog_type_str"),
  libbpf_bpf_attach_type_str: plain("libbpf_bpf_attach_type_str"),
  libbpf_bpf_link_type_str: plain("libbpf_bpf_link_type_str"),
  libbpf_bpf_map_type_str: plain("libbpf_bpf_map_type_str"),
  ebpf_get_program_type_name: plain("ebpf_get_program_type_name"),
  ebpf_get_attach_type_name: plain("ebpf_get_attach_type_name"),
  ebpf_get_bpf_program_type: plain("ebpf_get_bpf_program_type"),
  ebpf_get_bpf_attach_type: plain("ebpf_get_bpf_attach_type"),
  libbpf_strerror(door, [error, text, size]) {
    const { ret, value } = door.libbpf_strerror(error, text === null ? 0 : size);
    return { ret, out: text === null ? {} : { [text.text]: value ?? "" } };
  },
  libbpf_prog_type_by_name(door, [name, type, attach]) {
    const result = door.libbpf_prog_type_by_name(name);
    if (result.prog_type !== undefined) type.writeU32(result.prog_type);
    if (result.expected_attach_type !== undefined) attach.writeU32(result.expected_attach_type);
    return { ret: result.ret, out: { [type.label]: hexText(type.bytes), [attach.label]: hexText(attach.bytes) } };
  },
  libbpf_attach_type_by_name(door, [name, attach]) {
    const { ret, value } = door.libbpf_attach_type_by_name(name);
    if (value !== undefined) attach.writeU32(value);
    return { ret, out: { [attach.label]: hexText(attach.bytes) } };
  },
  ebpf_get_ebpf_attach_type(door, [type, uuid]) {
    const { ret, value } = door.ebpf_get_ebpf_attach_type(type);
    return { ret, out: { [uuid.label]: guid(value) } };
  },
  ebpf_get_program_type_by_name(door, [name, type, attach]) {
    const { ret, prog_type, expected_attach_type } = door.ebpf_get_program_type_by_name(name);
    type.write(prog_type);
    attach.write(expected_attach_type);
    return { ret, out: { [type.label]: hexText(type.bytes), [attach.label]: hexText(attach.bytes) } };
  },
  async ebpf_api_elf_disassemble_program(door, [path, section, program, disassembly, error], { file }) {
    const result = await door.ebpf_api_elf_disassemble_program(file(path), section, program);
    return {
      ret: result.ret,
      out: { [disassembly.string]: result.disassembly ?? null, [error.string]: result.error_message ?? null },
    };
  },
  async ebpf_enumerate_programs(door, [path, verbose], { file }) {
    const { ret, error_message, infos } = await door.ebpf_enumerate_programs(file(path), verbose);
    return {
      ret,
      error: error_message ?? null,
      list: (infos ?? []).map((info) => ({
        section: info.section_name,
        name: info.program_name,
        program_type: hexText(info.program_type),
        attach_type: hexText(info.expected_attach_type),
        raw_size: info.raw_data.length,
        raw: hexText(info.raw_data),
        offset: info.offset_in_section,
        stats: info.stats.map(({ key, value }) => [key, value]),
      })),
    };
  },
  ebpf_api_elf_verify_program_from_file: (door, [path, section, program, type, verbosity, ...rest], { file }) =>
    verified(door.ebpf_api_elf_verify_program_from_file(file(path), section, program, type, verbosity), rest),
  ebpf_api_elf_verify_program_from_memory: (door, [data, size, section, program, type, verbosity, ...rest]) =>
    verified(
      door.ebpf_api_elf_verify_program_from_memory(data.subarray(0, size), section, program, type, verbosity),
      rest,
    ),
};

async function verified(call, [report, error, stats]) {
  const result = await call;
  return {
    ret: result.ret,
    out: {
      [report.string]: result.report ?? null,
      [error.string]: result.error_message ?? null,
      ...(stats === null ? {} : { [stats.label]: result.stats ?? "untouched" }),
    },
  };
}
