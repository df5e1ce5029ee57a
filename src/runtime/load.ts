import { assertIterable, assertObject, assertText, assertWord } from "../arguments.ts";
import { assertWhole } from "../elf/index.ts";
import { type Execution, fillMap, type Handle, objectsAreImages } from "../engine/index.ts";
import { EbpfError, VerificationError } from "../errors.ts";
import { EbpfResult, errnoNumbers } from "../platform/index.ts";
import type { MapSpec, ObjectSpec, ProgramProof, ProgramSpec } from "../spec/index.ts";
import { checkedProof } from "./checked-proof.ts";
import type { Link } from "./link.ts";
import { type LoadedMap, loadMaps, unloadMaps } from "./load-maps.ts";
import { assertWanted, type LoadOptions } from "./load-options.ts";
import { loadWhole } from "./load-whole.ts";
import { BpfMap } from "./map.ts";
import { BpfObject } from "./object.ts";
import { Program } from "./program.ts";
import type { Session } from "./resource.ts";

/**
 * Creates the maps and loads the programs of `spec`, maps first, in file order: all or nothing. What was created is
 * given back when anything fails, pins included. `file` is what the spec was read of: a system's own loader takes that, where
 * the object needs it.
 */
export async function loadObject(
  session: Session,
  spec: ObjectSpec,
  links: Set<Link>,
  options: LoadOptions = {},
  file?: Uint8Array,
): Promise<BpfObject> {
  assertOptions(options);
  const reuse = named(spec.maps, options.maps, "map");
  const types = named(spec.programs, options.types, "program");
  const proofs = named(spec.programs, checkedProofs(options.proofs), "program");
  const wanted = chosen(spec, options.programs);
  assertExecution(session, options.execution);
  const { engine } = session;
  if (file !== undefined && engine.loadWhole !== undefined && engine.needsLoader?.(spec) === true) {
    return await loadWhole(session, spec, file, links, { load: engine.loadWhole, options });
  }
  assertWhole(spec);
  const maps: LoadedMap[] = [];
  const programs: Program[] = [];
  try {
    loadMaps(session, spec, { maps: reuse, pinRoot: options.pinRoot }, maps);
    const execution = options.execution ?? (objectsAreImages(session.engine) ? "native" : "jit");
    for (const program of wanted) {
      assertWanted(options.signal);
      const type =
        types.get(program.name) ?? (spec.platform === "linux" ? engine.sectionType?.(program.section) : undefined);
      const typed = type === undefined ? program : { ...program, type };
      const handle = await loadProgram(session, spec, typed, {
        maps,
        execution,
        proof: proofs.get(program.name),
        signal: options.signal,
      });
      programs.push(new Program(session, handle, links, typed));
    }
    fillMaps(session, maps, programs);
    const inFileOrder = spec.maps.flatMap((map) => maps.find((loaded) => loaded.spec === map)?.map ?? []);
    const templates = maps.flatMap(({ template }) => template ?? []);
    return new BpfObject(spec, programs, inFileOrder, templates);
  } catch (error) {
    for (const program of programs) program.close();
    unloadMaps(session, maps);
    throw error;
  }
}

/** Throws `EBPF_INVALID_ARGUMENT` where a caller without types gave what nothing can be loaded with. */
function assertOptions({ maps = {}, types = {}, programs = [], pinRoot = "", execution }: LoadOptions): void {
  assertObject(maps, "What maps are replaced by");
  for (const map of Object.values(maps)) {
    assertObject(map, "What a map is replaced by");
    if (map instanceof BpfMap) continue;
    throw new EbpfError("EBPF_INVALID_ARGUMENT", "What a map is replaced by is no map", {
      hint: "Give maps of this runtime.",
    });
  }
  assertObject(types, "Program types");
  for (const type of Object.values(types)) assertText(type, "A program type");
  assertIterable(programs, "Names of programs");
  for (const name of programs) assertText(name, "A program's name");
  assertText(pinRoot, "A folder for pins");
  if (execution !== undefined) assertWord(execution, "How code is run", ["jit", "interpret", "native"]);
}

/** libbpf takes no execution type: Linux has one for all programs. */
function assertExecution({ engine }: Session, execution: Execution | undefined): void {
  if (execution !== "interpret" || engine.supports("interpreter")) return;
  throw new EbpfError("EBPF_NOT_SUPPORTED", "Nothing is interpreted on request here: the kernel decides", {
    hint:
      engine.kind === "libbpf"
        ? "Linux interprets every program where `sysctl net.core.bpf_jit_enable` is 0; simulate() interprets what it is told to."
        : "ebpf-for-windows interprets where it was built so; simulate() interprets what it is told to.",
    native: { result: EbpfResult.OPERATION_NOT_SUPPORTED, errno: errnoNumbers.ENOTSUP },
  });
}

/** References that the object file gives maps of maps and of programs; byte code on Windows starts without them. */
function fillMaps(session: Session, maps: readonly LoadedMap[], programs: readonly Program[]): void {
  if (!session.engine.supports("globals")) return;
  for (const { spec, map, reused } of maps) {
    if (reused) continue;
    fillMap(session.engine, map.handle, spec, ({ kind, name }) =>
      kind === "map"
        ? maps.find((other) => other.spec.name === name)?.map.handle
        : programs.find((program) => program.name === name)?.handle,
    );
  }
}

/** Options by name, for things that the object has. Throws `EBPF_NOT_FOUND` for others. */
function named<T>(
  things: readonly { readonly name: string }[],
  options: Readonly<Record<string, T>> = {},
  what: string,
): ReadonlyMap<string, T> {
  const entries = Object.entries(options);
  for (const [name] of entries) assertNamed(things, name, what);
  return new Map(entries);
}

function chosen({ programs }: ObjectSpec, names: readonly string[] | undefined): readonly ProgramSpec[] {
  if (names === undefined) return programs;
  for (const name of names) assertNamed(programs, name, "program");
  return programs.filter(({ name }) => names.includes(name));
}

function assertNamed(things: readonly { readonly name: string }[], name: string, what: string): void {
  if (things.some((thing) => thing.name === name)) return;
  const known = things.map((thing) => JSON.stringify(thing.name)).join(", ");
  throw new EbpfError("EBPF_NOT_FOUND", `There is no ${what} named ${JSON.stringify(name)}`, {
    hint: known === "" ? `The object has no ${what} at all.` : `The object has: ${known}.`,
  });
}

function checkedProofs(proofs: LoadOptions["proofs"] = {}): Readonly<Record<string, ProgramProof>> {
  assertObject(proofs, "Proofs");
  return Object.fromEntries(Object.entries(proofs).map(([name, proof]) => [name, checkedProof(proof)]));
}

/** What a program is loaded with. */
interface ProgramParts {
  readonly maps: readonly LoadedMap[];
  readonly execution: Execution;
  readonly proof: ProgramProof | undefined;
  readonly signal: AbortSignal | undefined;
}

async function loadProgram(
  session: Session,
  object: ObjectSpec,
  program: ProgramSpec,
  { maps, execution, proof, signal }: ProgramParts,
): Promise<Handle> {
  const used: { slot: number; map: Handle; offset?: number }[] = [];
  for (const reference of program.references) {
    if (reference.kind === "map" || reference.kind === "map-value") {
      const found = maps.find(({ spec }) => spec.name === reference.map)?.map;
      if (found === undefined) throw missingMap(object, program, reference.map);
      used.push({
        slot: reference.slot,
        map: found.handle,
        ...(reference.kind === "map-value" ? { offset: reference.offset } : {}),
      });
    } else if (reference.kind !== "function") {
      throw new EbpfError(
        "EBPF_NOT_SUPPORTED",
        `Program ${JSON.stringify(program.name)} calls ${JSON.stringify(reference.name)}, which nothing defines`,
        { hint: "Define the function in the object, or call a helper by its number." },
      );
    }
  }
  return session.engine.loadProgram({
    name: program.name,
    type: program.type,
    section: program.section,
    code: program.code,
    lines: program.lines,
    execution,
    maps: used,
    source: { object, program },
    ...(proof === undefined ? {} : { proof }),
    ...(signal === undefined ? {} : { signal }),
  });
}

/** What Windows' verifier says of a program that refers to a data section of an object that is loaded as byte code. */
function missingMap({ maps }: ObjectSpec, program: ProgramSpec, name: string): EbpfError {
  const spec: MapSpec | undefined = maps.find((map) => map.name === name);
  if (spec === undefined) {
    return new EbpfError(
      "EBPF_NOT_FOUND",
      `Program ${JSON.stringify(program.name)} uses map ${JSON.stringify(name)}, which the object lacks`,
      { hint: "Every map that a program refers to must be among the object's maps." },
    );
  }
  const log = `Map cache entry for original map fd ${spec.descriptor} not found.`;
  return new VerificationError(`Program ${JSON.stringify(program.name)} uses ${JSON.stringify(name)}: ${log}`, log, {
    native: { result: EbpfResult.VERIFICATION_FAILED, errno: errnoNumbers.EACCES },
    hint: 'Windows gives data sections to native images only: use the native profile, or ask supports("globals").',
  });
}
