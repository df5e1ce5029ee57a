import { type DirectMap, failure, type Handle, type MapOptions, type ProgramOptions } from "../engine/index.ts";
import { EbpfResult } from "../platform/index.ts";
import type { Channel, ObjectRef } from "./addon.ts";
import type { NativeRing } from "./native-ring.ts";

/** What was said of a map when it was made and the kernel does not tell back. */
export type MapNotes = Pick<MapOptions, "name" | "keySize" | "valueSize" | "maxEntries" | "declared"> & {
  readonly innerId: number;
};
/** The same of a program. */
export type ProgramNotes = Pick<ProgramOptions, "name" | "section"> & {
  readonly file: string;
  readonly attachType: number;
};

/** A map's channel, and the parts of its buffer. */
export interface MapAccess {
  readonly name: string;
  readonly ref: ObjectRef;
  readonly channel: Channel;
  readonly key: Uint8Array;
  readonly next: Uint8Array;
  readonly value: Uint8Array;
  /** Our number of its type. */
  readonly type: number;
  /** Whether its values are objects: what is written to the kernel is a descriptor. */
  readonly holdsObjects: boolean;
  /** Once somebody has asked for it. */
  direct?: DirectMap;
  /** For calls inside one of `direct`, once there was one: a getter of a key may ask for another key. */
  inner?: MapAccess;
}

/** A reference to an object of the machine's kernel. */
export class NativeHandle implements Handle {
  readonly kind: Handle["kind"];
  readonly ref: ObjectRef;
  readonly mapNotes: MapNotes | undefined;
  readonly programNotes: ProgramNotes | undefined;
  /** Maps: the way in, once somebody has asked for it. */
  access: MapAccess | undefined;
  /** Maps: the rings that were asked for, by index. */
  readonly rings: NativeRing[] = [];
  open = true;

  constructor(
    kind: Handle["kind"],
    ref: ObjectRef,
    notes: { readonly map?: MapNotes | undefined; readonly program?: ProgramNotes | undefined } = {},
  ) {
    this.kind = kind;
    this.ref = ref;
    this.mapNotes = notes.map;
    this.programNotes = notes.program;
  }
}

/** The handle as one of this engine's, of a kind where given. Throws `EBPF_INVALID_ARGUMENT` for any other. */
export function nativeHandle(handle: Handle, kind?: Handle["kind"]): NativeHandle {
  if (!(handle instanceof NativeHandle)) throw failure(EbpfResult.INVALID_OBJECT, "This is no handle of this kernel");
  if (kind !== undefined && handle.kind !== kind) {
    throw failure(EbpfResult.INVALID_OBJECT, `This is a ${handle.kind}, not a ${kind}`);
  }
  return handle;
}
