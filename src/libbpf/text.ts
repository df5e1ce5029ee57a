import { readFileSync } from "node:fs";
import { assertText } from "../arguments.ts";
import { assertWhole, parse } from "../elf/index.ts";
import { EbpfError, InvalidObjectError } from "../errors.ts";
import { disassemble, formatListing } from "../isa/index.ts";
import { attachTypes, EbpfResult, generalHelpers, programTypes, specificHelpers } from "../platform/index.ts";
import type { ObjectSpec, ProgramSpec } from "../spec/index.ts";
import { countInstructions, judge, type LogLevel } from "../verifier/index.ts";
import { guidBytes, guidText } from "./guid.ts";
import type { Out } from "./map-elements.ts";
import type { Session } from "./session.ts";
import { typesOfSection } from "./type-names.ts";

/** `ebpf_api_verifier_stats_t`. */
export interface VerifierStats {
  readonly total_unreachable: number;
  readonly total_warnings: number;
  readonly max_loop_count: number;
}

export interface VerifyOut {
  /** 0, or 1 where the program is rejected or cannot be read. */
  readonly ret: number;
  readonly report: string | undefined;
  readonly error_message: string | undefined;
  /** Undefined where nothing was verified. */
  readonly stats: VerifierStats | undefined;
}

/** `ebpf_api_program_info_t`. GUIDs are 16 bytes as they lie in memory. */
export interface ProgramInfoStruct {
  readonly section_name: string;
  readonly program_name: string;
  readonly program_type: Uint8Array;
  readonly expected_attach_type: Uint8Array;
  readonly raw_data: Uint8Array;
  /** Bytes from the start of the section. */
  readonly offset_in_section: number;
  readonly stats: readonly { readonly key: string; readonly value: number }[];
}

/** By `ebpf_verification_verbosity_t`. What is above the last is as the last. */
const LEVELS: readonly LogLevel[] = ["normal", "informational", "verbose"];

const NO_STATS: VerifierStats = { total_unreachable: 0, total_warnings: 0, max_loop_count: 0 };

/** What object files hold, as text: nothing is loaded, no kernel is asked. */
export function textCalls(session: Session) {
  return {
    /** The listing of a program (null: the first) of a section (null or "": any); `ret` is 0 or 1. */
    ebpf_api_elf_disassemble_program(
      file: string,
      section_name: string | null,
      program_name: string | null,
    ): { readonly ret: number; readonly disassembly: string | undefined; readonly error_message: string | undefined } {
      try {
        const unreadable = (path: string) => `Failed to load ELF for BTF preprocessing: ${path}`;
        const object = sectioned(() => read(file, unreadable), section_name);
        const program = choose(object, section_name, program_name);
        const rows = [...generalHelpers, ...(specificHelpers[program.type] ?? [])];
        const helpers = new Map(rows.map((row) => [row.id, row]));
        const disassembly = formatListing(disassemble(program.code, { lines: program.lines, helpers }));
        return { ret: 0, disassembly, error_message: undefined };
      } catch (error) {
        return { ret: 1, disassembly: undefined, error_message: messageOf(error) };
      }
    },

    /** Verifies a program of a file; `program_type` (a GUID) stands in for the section's type where given. */
    ebpf_api_elf_verify_program_from_file: (
      file: string,
      section_name: string | null,
      program_name: string | null,
      program_type: Uint8Array | null = null,
      verbosity = 0,
    ): Promise<VerifyOut> =>
      verifyProgram(() => read(file, malformed), section_name, program_name, program_type, verbosity),

    /** The same for the bytes of a file. */
    ebpf_api_elf_verify_program_from_memory: (
      data: Uint8Array,
      section_name: string | null,
      program_name: string | null,
      program_type: Uint8Array | null = null,
      verbosity = 0,
    ): Promise<VerifyOut> =>
      verifyProgram(() => parsed(data, "memory", malformed), section_name, program_name, program_type, verbosity),

    /** The programs of a file, the last first; with `verbose` what they consist of. `ret` is an `ebpf_result_t`. */
    ebpf_enumerate_programs(
      file: string,
      verbose: boolean,
    ): {
      readonly ret: number;
      readonly infos: readonly ProgramInfoStruct[] | undefined;
      readonly error_message: string | undefined;
    } {
      try {
        const object = read(file, (path) => `Failed to load ELF for BTF preprocessing: ${path}`);
        const infos = inFileOrder(object)
          .reverse()
          .map((program) => describe(session, object, program, verbose));
        return { ret: EbpfResult.SUCCESS, infos, error_message: undefined };
      } catch (error) {
        return { ret: EbpfResult.FAILED, infos: undefined, error_message: messageOf(error) };
      }
    },

    /** The bytes of a data section: `ret` is an `ebpf_result_t`, OBJECT_NOT_FOUND where there is none. */
    ebpf_api_get_data_section(file: string, section_name: string): Out<Uint8Array> {
      try {
        const object = read(file, malformed);
        const map = object.maps.find((each) => each.section === section_name);
        if (map === undefined) return { ret: EbpfResult.OBJECT_NOT_FOUND, value: undefined };
        return { ret: EbpfResult.SUCCESS, value: map.initial?.slice() ?? new Uint8Array(map.valueSize) };
      } catch {
        return { ret: EbpfResult.INVALID_OBJECT, value: undefined };
      }
    },
  };
}

async function verifyProgram(
  readObject: () => ObjectSpec,
  section: string | null,
  name: string | null,
  guid: Uint8Array | null,
  verbosity: number,
): Promise<VerifyOut> {
  let stats: VerifierStats | undefined;
  try {
    const object = sectioned(readObject, section);
    const program = choose(object, section, name);
    const text = guid === null ? undefined : guidText(guid);
    const type = text === undefined ? program.type : programTypes.find((row) => row.guid === text)?.name;
    const logLevel = LEVELS[Math.min(Math.max(verbosity, 0), LEVELS.length - 1)] ?? "normal";
    if (type === undefined || type === "unspec") {
      stats = NO_STATS;
      throw new Error("Unspecified program type.");
    }
    const judgement = await judge(object, program, { type, logLevel });
    const { passed, stage, log } = judgement;
    if (stage === "decode") return { ret: 1, report: undefined, error_message: log, stats };
    if (stage === "load") throw new Error(log.replace(/^error: /, ""));
    stats = {
      total_unreachable: judgement.unreachable,
      total_warnings: judgement.errorCount,
      max_loop_count: judgement.maxLoopCount,
    };
    if (passed) return { ret: 0, report: `${log}Verification succeeded`, error_message: undefined, stats };
    if (judgement.errorCount === 0) throw new Error(log.replace(/^error: /, ""));
    return { ret: 1, report: log, error_message: "Verification failed", stats };
  } catch (error) {
    return { ret: 1, report: undefined, error_message: messageOf(error), stats };
  }
}

function describe(session: Session, object: ObjectSpec, program: ProgramSpec, verbose: boolean): ProgramInfoStruct {
  const types = typesOfSection(session, program.section);
  const counts = verbose ? countInstructions(object, program) : undefined;
  const stats = counts === undefined ? [] : [["Instructions", program.code.length / 8] as const, ...counts];
  return {
    section_name: program.section,
    program_name: program.name,
    program_type: guidBytes(programTypes.find((row) => row.name === types?.program)?.guid),
    expected_attach_type: guidBytes(attachTypes.find((row) => row.number === types?.attach)?.guid),
    raw_data: program.code.slice(),
    offset_in_section: program.functions[0]?.sectionOffset ?? 0,
    stats: stats.map(([key, value]) => ({ key, value })),
  };
}

/** Programs and functions of `.text`, as their sections lie in the file. */
function inFileOrder(object: ObjectSpec): ProgramSpec[] {
  return [...object.programs, ...object.subprograms].sort((a, b) => a.sectionIndex - b.sectionIndex);
}

function choose(object: ObjectSpec, section: string | null, name: string | null): ProgramSpec {
  const candidates = inFileOrder(object).filter((program) => !section || program.section === section);
  if (candidates.length === 0) throw new Error("Section not found");
  const program = candidates.find((each) => name === null || each.name === name);
  if (program === undefined) throw new Error(`No such program ${name}`);
  return program;
}

/** A file without code has no section of any name, either. */
function sectioned(readObject: () => ObjectSpec, section: string | null): ObjectSpec {
  try {
    return readObject();
  } catch (error) {
    if (section && error instanceof InvalidObjectError && error.message.startsWith("No executable sections")) {
      throw new Error("Section not found");
    }
    throw error;
  }
}

function read(file: string, unreadable: (path: string) => string): ObjectSpec {
  // A number would be a descriptor: reading one of those may never end.
  assertText(file, "A path");
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(file);
  } catch {
    throw new Error(`No such file or directory opening ${file}`);
  }
  return parsed(bytes, file, unreadable);
}

function parsed(bytes: Uint8Array, path: string, unreadable: (path: string) => string): ObjectSpec {
  try {
    const spec = parse(bytes, { path });
    assertWhole(spec);
    return spec;
  } catch (error) {
    if (error instanceof InvalidObjectError && error.message.startsWith("Not an ELF file")) {
      throw new Error(unreadable(path));
    }
    throw error;
  }
}

function malformed(path: string): string {
  return `ELF file ${path} is malformed: Failed parsing in struct _E_IDENT field none reason constraint failed`;
}

/** Windows' words for a failure; the place that our errors name is left out. */
function messageOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return `error: ${error instanceof EbpfError ? message.replace(/ \((file|section).*\)$/, "") : message}`;
}
