import type { VerificationError } from "../errors.ts";
import type { ProgramProof } from "../spec/index.ts";
import type { Handle, MapInfo, ProgramOptions } from "./engine.ts";

/** What a verifier says of a program that is about to be loaded. */
export interface LoadVerdict {
  readonly accepted: boolean;
  /** All it says, in Windows' words; "" where there is nothing to say. */
  readonly log: string;
  /** What to throw for a refusal, where the verifier has more to say than its log. */
  readonly error?: VerificationError;
  /** What it proved of the program's accesses to memory, where it can. */
  readonly proof?: ProgramProof;
}

/** What the kernel tells a verifier about maps. */
export interface MapCatalogue {
  readonly info: (map: Handle) => MapInfo;
  /** Of the map of that id; undefined where it is gone. */
  readonly infoById: (id: number) => MapInfo | undefined;
}

/** Decides whether a simulated kernel may load a program. Handed to the kernel, which knows no verifier of its own. */
export type LoadVerifier = (program: ProgramOptions, maps: MapCatalogue) => Promise<LoadVerdict>;
