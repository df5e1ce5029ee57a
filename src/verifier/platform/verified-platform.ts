import type { ConformanceGroup } from "../../isa/index.ts";
import type { DialectName } from "../dialect.ts";
import type { ContextDescriptor, MapKind, SocketLayout } from "../environment.ts";
import type { Call, ResolvedCall } from "../ir/index.ts";

/** A program type as the verifier sees it. */
export interface VerifiedProgramType {
  readonly name: string;
  readonly context: ContextDescriptor | undefined;
  readonly isPrivileged: boolean;
  readonly isSleepable: boolean;
}

/** What the verifier asks a platform's tables. */
export interface VerifiedPlatform {
  readonly name: "windows" | "linux";
  /** Whose decisions count on this platform. */
  readonly dialect: DialectName;
  readonly groups: ReadonlySet<ConformanceGroup>;
  readonly socketLayout: SocketLayout | undefined;
  /** Names of the program types that it knows. */
  readonly programTypes: readonly string[];
  /** Undefined for types that the platform does not know. */
  programType(name: string, section: string): VerifiedProgramType | undefined;
  mapKind(type: number): MapKind;
  isHelperUsable(id: number, type: VerifiedProgramType): boolean;
  resolve(call: Call, type: VerifiedProgramType): ResolvedCall;
}
