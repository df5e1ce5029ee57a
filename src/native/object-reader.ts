import { assertBytes, assertName, assertObject, assertText } from "../arguments.ts";
import {
  failure,
  type ObjectReader,
  type ProgramChoice,
  type SystemProgram,
  type SystemVerdict,
  type SystemVerifyOptions,
} from "../engine/index.ts";
import { EbpfError } from "../errors.ts";
import { attachTypes, EbpfResult, programTypes } from "../platform/index.ts";
import { quotePath } from "../printable.ts";
import type { Native } from "./native.ts";
import { guidBytes, guidText } from "./windows-info.ts";

/** `ebpf_verification_verbosity_t` (include/ebpf_api.h). */
const verbosities = ["normal", "informational", "verbose"] as const;

/** ebpfapi's own verifier, disassembler and list of programs. */
export class NativeObjectReader implements ObjectReader {
  readonly #native: Native;

  constructor(native: Native) {
    this.#native = native;
  }

  async verify(object: Uint8Array, options: SystemVerifyOptions = {}): Promise<SystemVerdict> {
    assertBytes(object, "An object file");
    const { section, program } = chosen(options);
    const { verbosity = "normal" } = options;
    assertText(verbosity, "The verbosity");
    if (options.type !== undefined) assertText(options.type, "A program type");
    const level = verbosities.indexOf(verbosity);
    if (level < 0) throw failure(EbpfResult.INVALID_ARGUMENT, `There is no verbosity ${JSON.stringify(verbosity)}`);
    const type = options.type === undefined ? undefined : typeGuid(options.type);
    const { addon, library } = this.#native;
    const answer = await addon.verifyObject(library, object, section, program, type, level);
    const { result, text, error, statistics } = this.#native.value(answer, "The object file");
    const [unreachable, warnings, maxLoopCount] = statistics;
    return { passed: result === 0, report: text, error, unreachable, warnings, maxLoopCount };
  }

  async disassemble(path: string, choice: ProgramChoice = {}): Promise<string> {
    assertName(path, "An object file's path");
    const { section, program } = chosen(choice);
    const { addon, library } = this.#native;
    const answer = await addon.disassembleObject(library, path, section, program);
    const { result, text, error } = this.#native.value(answer, quotePath(path));
    if (result === 0) return text;
    throw new EbpfError("EBPF_INVALID_OBJECT", `${quotePath(path)} cannot be disassembled${because(error)}`, {
      native: { result },
      hint: "Check that the file is there and is an object file for BPF with such a section and program.",
    });
  }

  async programs(path: string, options: { readonly statistics?: boolean } = {}): Promise<readonly SystemProgram[]> {
    assertName(path, "An object file's path");
    assertObject(options, "What listing takes");
    const { addon, library } = this.#native;
    const answer = await addon.listObject(library, path, options.statistics === true);
    const { result, error, programs } = this.#native.value(answer, quotePath(path));
    if (result !== 0) {
      const hint = "Check that the file is there and is an object file for BPF, or a native image.";
      throw failure(result, `${quotePath(path)} cannot be read${because(error)}`, hint);
    }
    return programs.map(({ section, program, type, attachType, code, offset, statistics }) => ({
      section,
      name: program,
      type: typeName(guidText(type)),
      attachType: attachTypes.find(({ guid }) => guid === guidText(attachType))?.number ?? 0,
      code,
      offset,
      statistics: new Map(statistics),
    }));
  }
}

/** As the addon takes it: empty for the first. */
function chosen(choice: ProgramChoice): { readonly section: string; readonly program: string } {
  assertObject(choice, "What a program is chosen by");
  const { section = "", program = "" } = choice;
  assertName(section, "A section's name");
  assertName(program, "A program's name");
  return { section, program };
}

function typeGuid(type: string): Uint8Array {
  assertText(type, "A program type");
  const row = programTypes.find(({ name }) => name === type);
  if (row !== undefined) return guidBytes(row.guid);
  throw failure(
    EbpfResult.INVALID_ARGUMENT,
    `There is no program type ${JSON.stringify(type)}`,
    `There are ${programTypes.map(({ name }) => name).join(", ")}.`,
  );
}

const typeName = (guid: string): string => programTypes.find((row) => row.guid === guid)?.name ?? guid;

const because = (error: string): string => (error === "" ? "" : `: ${error.replace(/^error: /, "").trim()}`);
