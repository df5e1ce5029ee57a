import { type AttachTypeRow, EbpfResult, errnoNumbers, mapTypes } from "../platform/index.ts";
import { guidBytes, guidText } from "./guid.ts";
import type { Out } from "./map-elements.ts";
import type { Session } from "./session.ts";

const { EINVAL, ESRCH } = errnoNumbers;
const linkTypes = ["unspec", "plain", "cgroup", "xdp"];

export interface TypeOut<T> {
  readonly ret: number;
  readonly prog_type: T | undefined;
  readonly expected_attach_type: T | undefined;
}

/** The program and attach type that a section name stands for: the longest prefix that Windows knows. */
export function typesOfSection(
  session: Session,
  section: string,
): { readonly program: string; readonly attach: number } | undefined {
  const row = session.attachTypes
    .filter((type) => type.section !== undefined && section.startsWith(type.section))
    .reduce<AttachTypeRow | undefined>(
      (best, type) => ((type.section?.length ?? 0) > (best?.section?.length ?? -1) ? type : best),
      undefined,
    );
  return row?.programType === undefined ? undefined : { program: row.programType, attach: row.number };
}

/** Numbers, GUIDs and names of types, and texts of errors. GUIDs are 16 bytes as they lie in memory. */
export function typeNameCalls(session: Session) {
  const { programTypes, attachTypes } = session;
  const programOfGuid = (guid: Uint8Array) => {
    const text = guidText(guid);
    return programTypes.find((row) => row.guid === text && row.number !== 0);
  };
  const attachOfGuid = (guid: Uint8Array) => {
    const text = guidText(guid);
    return attachTypes.find((row) => row.guid === text);
  };
  const programRow = (number: number) => programTypes.find((row) => row.number === number && number !== 0);
  const attachRow = (number: number) => attachTypes.find((row) => row.number === number);
  const byName = (name: string | null): TypeOut<number> => {
    const failed = { prog_type: undefined, expected_attach_type: undefined };
    if (name === null) return { ret: session.fail(EINVAL), ...failed };
    const types = typesOfSection(session, name);
    if (types === undefined) return { ret: session.fail(ESRCH), ...failed };
    const prog_type = programTypes.find((row) => row.name === types.program)?.number;
    return { ret: 0, prog_type, expected_attach_type: types.attach };
  };

  return {
    /** Types that a section name stands for: `ret` 0, -EINVAL, or -ESRCH where no prefix fits. */
    libbpf_prog_type_by_name: byName,
    libbpf_attach_type_by_name(name: string | null): Out<number> {
      const { ret, expected_attach_type } = byName(name);
      return { ret, value: expected_attach_type };
    },

    /** Names of numbers, null where there is none. */
    libbpf_bpf_prog_type_str: (type: number): string | null =>
      type === 0 ? "unspec" : (programRow(type)?.name ?? null),
    libbpf_bpf_attach_type_str: (type: number): string | null =>
      type === 0 ? "unspec" : (attachRow(type)?.section ?? null),
    libbpf_bpf_link_type_str: (type: number): string | null => linkTypes[type] ?? null,
    libbpf_bpf_map_type_str: (type: number): string | null => mapTypes[type]?.name ?? null,

    /** "Unknown libbpf error N" in `value`, cut to `size` bytes, and -ENOENT: Windows knows no error by name. */
    libbpf_strerror(error: number, size = 64): Out<string> {
      if (size === 0) return { ret: session.fail(EINVAL), value: undefined };
      const text = `Unknown libbpf error ${Math.abs(error)}`;
      return { ret: session.fail(errnoNumbers.ENOENT), value: text.slice(0, size - 1) };
    },

    /** -errno, whatever the pointer. */
    libbpf_get_error: (_pointer: unknown): number => -session.errno,

    /** Types that a section name stands for, as GUIDs; `ret` is an `ebpf_result_t`. */
    ebpf_get_program_type_by_name(name: string): TypeOut<Uint8Array> {
      const types = typesOfSection(session, name);
      if (types === undefined) {
        return { ret: EbpfResult.KEY_NOT_FOUND, prog_type: undefined, expected_attach_type: undefined };
      }
      return {
        ret: EbpfResult.SUCCESS,
        prog_type: guidBytes(programTypes.find((row) => row.name === types.program)?.guid),
        expected_attach_type: guidBytes(attachRow(types.attach)?.guid),
      };
    },

    /** Names of GUIDs, null where they are unknown. */
    ebpf_get_program_type_name: (guid: Uint8Array): string | null => programOfGuid(guid)?.name ?? null,
    ebpf_get_attach_type_name: (guid: Uint8Array): string | null => attachOfGuid(guid)?.section ?? null,

    /** Numbers of GUIDs, 0 where they are unknown. */
    ebpf_get_bpf_program_type: (guid: Uint8Array): number => programOfGuid(guid)?.number ?? 0,
    ebpf_get_bpf_attach_type: (guid: Uint8Array): number => attachOfGuid(guid)?.number ?? 0,

    /** GUIDs of numbers: null, or INVALID_ARGUMENT in `ret`, where they are unknown. */
    ebpf_get_ebpf_program_type: (type: number): Uint8Array | null =>
      programTypes.some((row) => row.number === type)
        ? guidBytes(programTypes.find((row) => row.number === type)?.guid)
        : null,
    ebpf_get_ebpf_attach_type(type: number): Out<Uint8Array> {
      const row = attachRow(type);
      if (row === undefined || type === 0) return { ret: EbpfResult.INVALID_ARGUMENT, value: undefined };
      return { ret: EbpfResult.SUCCESS, value: guidBytes(row.guid) };
    },
  };
}
