import { definitionOf, type LoadedObject, type WholeObject } from "../engine/index.ts";
import { EbpfError, VerificationError } from "../errors.ts";
import { EbpfResult, errnoNumbers } from "../platform/index.ts";
import { type Failure, isFailure } from "./addon.ts";
import { NativeHandle, nativeHandle } from "./handle.ts";
import type { Native } from "./native.ts";

const CALLS = [
  "libbpf_set_print",
  "bpf_object__open_mem",
  "bpf_object__load",
  "bpf_object__next_map",
  "bpf_object__next_program",
  "bpf_map__set_initial_value",
  "bpf_map__reuse_fd",
  "bpf_map__set_pin_path",
  "bpf_program__set_autoload",
];

/** Whether the library loads whole objects with all that is to be said of them. */
export function loadsWholeObjects(native: Native): boolean {
  return native.system === "linux" && native.has(...CALLS);
}

/** What libbpf calls every object here: short, since it begins names of maps, of which the kernel keeps 15 bytes. */
const NAME = "winbpf";
/** Data sections whose maps libbpf names after the object as well; others are named after the section. */
const PLAIN_SECTIONS: readonly string[] = [".data", ".rodata", ".bss"];

const namesInLibbpf: ReadonlyMap<string, string> = new Map(PLAIN_SECTIONS.map((name) => [name, NAME + name]));
const namesInFile: ReadonlyMap<string, string> = new Map(PLAIN_SECTIONS.map((name) => [NAME + name, name]));

/** Loads an object as libbpf does, and says in its words why it does not. */
export async function loadWholeObject(
  native: Native,
  { bytes, reused, initial, programs, spec }: WholeObject,
  typeNumber: (type: string) => number,
): Promise<LoadedObject> {
  const loaded = await native.addon.loadWholeObject(
    native.library,
    bytes,
    NAME,
    reused.map(({ name, map }) => [nativeHandle(map, "map").ref, namesInLibbpf.get(name) ?? name] as const),
    initial.map(({ name, content }) => [namesInLibbpf.get(name) ?? name, content] as const),
    programs.map(
      ({ name: program, section, load, type }) =>
        // What is not loaded by itself libbpf knows without the question mark.
        [program, section.replace(/^\?/, ""), load, type === undefined ? 0 : typeNumber(type)] as const,
    ),
  );
  if (isFailure(loaded)) throw refusal(native, loaded);
  return {
    maps: loaded.maps.map(([name, , ref]) => {
      const map = spec.maps.find((each) => each.name === (namesInFile.get(name) ?? name));
      const notes = map === undefined ? {} : { map: { ...definitionOf(map), innerId: 0 } };
      return { name: map?.name ?? name, handle: new NativeHandle("map", ref, notes) };
    }),
    programs: loaded.programs.map(([program, section, ref]) => ({
      name: program,
      section,
      handle: new NativeHandle("program", ref, { program: { name: program, section, file: "", attachType: 0 } }),
    })),
  };
}

const BEGIN = "-- BEGIN PROG LOAD LOG --\n";
const END = "-- END PROG LOAD LOG --";

function refusal(native: Native, failed: Failure): EbpfError {
  const { log = "" } = failed;
  const error = native.error(failed, "The object");
  const begin = log.indexOf(BEGIN);
  if (begin >= 0) {
    const [, program = ""] = /libbpf: prog '([^']*)': $/.exec(log.slice(0, begin)) ?? [];
    const end = log.indexOf(END, begin);
    const said = log.slice(begin + BEGIN.length, end < 0 ? undefined : end);
    return new VerificationError(`Program ${JSON.stringify(program)} is rejected: ${complaint(said)}`, said, {
      native: { result: EbpfResult.VERIFICATION_FAILED, errno: errnoNumbers.EACCES },
      hint: "The error's `log` has all that the kernel's verifier said.",
    });
  }
  const [first] = log.split("\n").filter((line) => /^libbpf: \S/.test(line));
  if (first === undefined) return error;
  return new EbpfError(error.code, `${error.message}: ${first.replace(/^libbpf: /, "").trim()}`, {
    ...(error.native === undefined ? {} : { native: error.native }),
    ...(error.hint === undefined ? {} : { hint: error.hint }),
  });
}

/** The line that says what is wrong: the last but for statistics. */
export function complaint(log: string): string {
  const lines = log
    .split("\n")
    .filter((line) => line.trim() !== "" && !/^(processed|verification time|stack depth)/.test(line));
  return lines.at(-1)?.trim() ?? log.trim();
}
