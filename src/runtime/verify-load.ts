import type { LoadVerdict, MapCatalogue, MapInfo, ProgramOptions } from "../engine/index.ts";
import { type MapSpec, type ObjectSpec, type ProgramSpec, type Reference, SLOT_BYTES } from "../spec/index.ts";
import { type Judgement, judge, VerifierError, verify } from "../verifier/index.ts";

/**
 * Verifies a program that a simulated kernel is about to load. An object file's program is judged with all that the
 * file says, and a refusal is explained; bare instructions as ebpf-for-windows' service judges them: without source
 * lines, with the maps that the kernel has.
 */
export async function verifyLoad(program: ProgramOptions, maps: MapCatalogue): Promise<LoadVerdict> {
  if (program.source === undefined) return await judgeInstructions(program, maps);
  const { type, source, signal } = program;
  const options = { type, proof: true, ...(signal === undefined ? {} : { signal }) };
  const report = await verify(source.object, source.program, options);
  const { proof } = report;
  if (report.verdict === "pass") return { accepted: true, log: "", ...(proof === undefined ? {} : { proof }) };
  return { accepted: false, log: report.log, error: new VerifierError(report) };
}

async function judgeInstructions(program: ProgramOptions, maps: MapCatalogue): Promise<LoadVerdict> {
  const specs = new Map<number, MapSpec>();
  const references = program.maps.map(({ slot, map, offset }): Reference => {
    const info = maps.info(map);
    const spec = specs.get(info.id) ?? mapSpec(info, maps, immediate(program.code, slot));
    specs.set(info.id, spec);
    return offset === undefined
      ? { slot, kind: "map", map: spec.name }
      : { slot, kind: "map-value", map: spec.name, offset };
  });
  const spec: ProgramSpec = {
    name: program.name,
    section: program.section,
    sectionIndex: 0,
    type: program.type,
    code: program.code,
    references,
    functions: [],
    lines: [],
  };
  const object: ObjectSpec = {
    platform: "windows",
    programs: [spec],
    subprograms: [],
    maps: [...specs.values()],
    globals: [],
    btf: undefined,
    license: undefined,
  };
  const judgement = await judge(object, spec);
  return { accepted: judgement.passed, log: logOf(judgement) };
}

/** Inner maps have no number in the code: theirs count down from here, -1 standing for none. */
const INNER_DESCRIPTOR = -2;

/** A map as an object file would describe it; ids make the names unique. */
function mapSpec(info: MapInfo, maps: MapCatalogue, descriptor: number): MapSpec {
  const inner = info.innerMapId === 0 ? undefined : maps.infoById(info.innerMapId);
  return {
    name: `${info.name}#${info.id}`,
    type: info.type,
    keySize: info.keySize,
    valueSize: info.valueSize,
    maxEntries: info.maxEntries,
    flags: 0,
    pinByName: false,
    section: ".maps",
    descriptor,
    ...(inner === undefined ? {} : { inner: mapSpec(inner, maps, INNER_DESCRIPTOR - inner.id) }),
  };
}

/** What the service writes into the caller's log buffer. */
function logOf({ stage, log, errorCount }: Judgement): string {
  if (stage === "decode") return log.replace(/^parse failure: /, "");
  return errorCount > 0 ? log : log.replace(/^error: /, "");
}

/** The number that stands for a map in the code. */
function immediate(code: Uint8Array, slot: number): number {
  return new DataView(code.buffer, code.byteOffset, code.byteLength).getInt32(slot * SLOT_BYTES + 4, true);
}
