import { DIALECTS, type Dialect } from "../../src/verifier/dialect.ts";
import type { AnalysisOptions, Environment, VerifiedMap } from "../../src/verifier/environment.ts";

interface Choices extends Partial<AnalysisOptions> {
  readonly dialect?: Dialect;
  readonly maps?: readonly VerifiedMap[];
}

/** A program's surroundings for tests of single rules: a context with packet pointers, no helpers, the maps that are given. */
export function environmentOf({ dialect = DIALECTS.latest, maps = [], ...options }: Choices = {}): Environment {
  return {
    dialect,
    options: {
      strict: false,
      allowDivisionByZero: true,
      bigEndian: false,
      checkTermination: false,
      subprogramStackSize: 512,
      maxCallStackFrames: 8,
      maxPacketSize: 0xffff,
      totalStackSize: 4096,
      setupConstraints: true,
      mustHaveExit: true,
      ...options,
    },
    context: { size: 32, data: 0, end: 8, meta: 16 },
    isPrivileged: false,
    socketLayout: undefined,
    map: (fd) => maps.find((map) => map.fd === fd),
    mapKind: (type) => ({ name: String(type), isArray: type === 2, valueType: "any" }),
    isHelperUsable: () => false,
    resolveCall: () => {
      throw new Error("no helpers here");
    },
    assertionsOfCall: () => [],
    callbackTargets: new Set(),
    callbackTargetsWithExit: new Set(),
  };
}
