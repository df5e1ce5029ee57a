import { type HashedMap, hashOfProgram, type ObjectSpec, type ProgramProof, type ProgramSpec } from "../spec/index.ts";
import type { Analysis } from "./analysis.ts";
import { analysisOptions } from "./analysis-options.ts";
import type { VerifyOptions } from "./options.ts";

/** A machine has stacks, packets and entry conditions as they are unless other ones are asked for. */
function isOfTheMachine(options: VerifyOptions): boolean {
  const assumed = analysisOptions(options);
  const own = analysisOptions({});
  return (
    assumed.subprogramStackSize === own.subprogramStackSize &&
    assumed.maxCallStackFrames === own.maxCallStackFrames &&
    assumed.maxPacketSize === own.maxPacketSize &&
    assumed.bigEndian === own.bigEndian &&
    assumed.setupConstraints === own.setupConstraints
  );
}

/** The maps that slots refer to; undefined where one of them is not there. */
function hashedMaps({ maps }: ObjectSpec, { references }: ProgramSpec): HashedMap[] | undefined {
  const hashed: HashedMap[] = [];
  for (const reference of references) {
    if (reference.kind !== "map" && reference.kind !== "map-value") continue;
    const map = maps.find(({ name }) => name === reference.map);
    if (map === undefined) return undefined;
    const { type, keySize, valueSize, maxEntries } = map;
    const offset = reference.kind === "map-value" ? reference.offset : undefined;
    hashed.push({ slot: reference.slot, type, keySize, valueSize, maxEntries, offset });
  }
  return hashed;
}

/** The proof that an accepting analysis amounts to; undefined where it has collected none, or none that would hold. */
export function proofOf(
  { run }: Analysis,
  object: ObjectSpec,
  program: ProgramSpec,
  options: VerifyOptions,
): ProgramProof | undefined {
  if (run?.facts === undefined || !run.passed || !isOfTheMachine(options)) return undefined;
  const maps = hashedMaps(object, program);
  if (maps === undefined) return undefined;
  const type = options.type ?? program.type;
  // A type that is given as data may have other helpers than the one that kernels know by its name.
  const isCustom = options.programTypes?.some(({ name }) => name === type) === true;
  const hash = hashOfProgram({
    platform: isCustom ? "custom" : object.platform,
    type,
    context: run.program.environment.context,
    code: program.code,
    maps,
  });
  return { program: hash, accesses: run.facts.accesses() };
}
