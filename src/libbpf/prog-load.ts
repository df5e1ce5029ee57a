import { createHash } from "node:crypto";
import type { Handle } from "../engine/index.ts";
import { EbpfError, VerificationError } from "../errors.ts";
import { EbpfResult, errnoNumbers } from "../platform/index.ts";
import { loadObject, openObject, unloadObject } from "./object-load.ts";
import type { BpfObject } from "./object-state.ts";
import { resultOf, type Session } from "./session.ts";

const { EINVAL } = errnoNumbers;
const SLOT_BYTES = 8;
const LDDW = 0x18;
/** Source field of an `lddw` whose immediate is a map's descriptor. */
const MAP_DESCRIPTOR = 1;
const NAME_LENGTH = 63;

/** `struct bpf_prog_load_opts`: the members that Windows reads. */
export interface ProgLoadOptions {
  /** Bytes of C's log buffer; 0 for none. */
  readonly log_size?: number;
  /** Whether C would have given a buffer: where `log_size` is not 0, unless given. One without the other is -EINVAL. */
  readonly log_buf?: boolean;
}

export interface ProgLoadOut {
  /** A descriptor, or -EACCES (rejected), -EINVAL, -EBADF, -ENOSPC (the log does not fit). */
  readonly ret: number;
  /** What the verifier said, as far as `log_size` has room; undefined without a log. */
  readonly log: string | undefined;
}

/** `struct bpf_load_program_attr`: the members that Windows reads, and the license. */
export interface LoadProgramAttributes {
  readonly prog_type?: number;
  readonly name?: string | null;
  readonly insns?: Uint8Array | null;
  /** Instructions of 8 bytes: 0 is -EINVAL. */
  readonly insns_cnt?: number;
  readonly license?: string | null;
}

/** Loading programs from instructions. */
export function progLoadCalls(session: Session) {
  async function bpf_prog_load(
    type: number,
    name: string | null,
    license: string | null,
    instructions: Uint8Array | null,
    count: number,
    options: ProgLoadOptions | null = null,
  ): Promise<ProgLoadOut> {
    const size = options?.log_size ?? 0;
    const row = session.programTypes.find((each) => each.number === type && type !== 0);
    const mismatched = (options?.log_buf ?? size !== 0) !== (size !== 0);
    if (row === undefined || instructions === null || count === 0 || mismatched) {
      return { ret: session.fail(EINVAL), log: size === 0 ? undefined : "" };
    }
    const code = instructions.subarray(0, count * SLOT_BYTES);
    let log = "";
    let ret: number;
    try {
      const programName = name ?? createHash("sha256").update(code).digest("hex").slice(0, NAME_LENGTH);
      const handle = await session.engine.loadProgram({
        name: programName,
        section: programName,
        file: programName,
        type: row.name,
        code,
        lines: [],
        ...(license === null ? {} : { license }),
        maps: mapReferences(session, code),
      });
      ret = session.descriptors.open(handle);
    } catch (error) {
      if (error instanceof VerificationError) log = error.log;
      ret = session.return(resultOf(error));
    }
    if (size === 0) return { ret, log: undefined };
    if (log !== "" && Buffer.byteLength(log) + 1 > size) ret = session.return(EbpfResult.OUT_OF_SPACE);
    return {
      ret,
      log: Buffer.from(log)
        .subarray(0, size - 1)
        .toString(),
    };
  }

  return {
    /** Loads `count` instructions of 8 bytes; `lddw` with source 1 refers to a map by descriptor. */
    bpf_prog_load,

    /** Deprecated form of `bpf_prog_load`: the name is a hash of the instructions. */
    bpf_load_program: (
      type: number,
      instructions: Uint8Array | null,
      count: number,
      license: string | null,
      _kernel_version = 0,
      log_size = 0,
    ): Promise<ProgLoadOut> => bpf_prog_load(type, null, license, instructions, count, { log_size }),

    /** Deprecated form of `bpf_prog_load`: its arguments as C's `struct bpf_load_program_attr`. */
    bpf_load_program_xattr: (
      attributes: LoadProgramAttributes,
      log_buf = false,
      log_size = 0,
    ): Promise<ProgLoadOut> => {
      const { prog_type = 0, name = null, license = null, insns = null, insns_cnt = 0 } = attributes;
      return bpf_prog_load(prog_type, name, license, insns, insns_cnt, { log_size, log_buf });
    },

    /** Deprecated: opens and loads an object file; `prog_fd` is its first program's descriptor. */
    async bpf_prog_load_deprecated(
      file: string,
      type: number,
    ): Promise<{ readonly ret: number; readonly object: BpfObject | undefined; readonly prog_fd: number | undefined }> {
      const failed = (ret: number) => ({ ret, object: undefined, prog_fd: undefined });
      const row = session.programTypes.find((each) => each.number === type);
      if (row === undefined) return failed(session.fail(EINVAL));
      const { result, object } = openObject(session, file, null);
      if (object === null) return failed(session.return(result));
      if (type !== 0) for (const program of object.programs) program.type = row.name;
      const loaded = await loadObject(session, object);
      if (loaded !== EbpfResult.SUCCESS) {
        unloadObject(session, object);
        return failed(session.return(loaded));
      }
      return { ret: 0, object, prog_fd: object.programs[0]?.descriptor };
    },

    /** Keeps a map alive as long as a program: 0, or -EBADF, -EINVAL. */
    bpf_prog_bind_map: (program: number, map: number, _options: unknown = null): number =>
      session.run(() => {
        const holder = session.handle(program);
        const held = session.handle(map);
        if (holder.kind !== "program" || held.kind !== "map") return session.fail(EINVAL);
        session.engine.bindMap(holder, held);
        return 0;
      }),
  };
}

/** Maps that code refers to by descriptor. Throws what becomes -EBADF, -EINVAL. */
function mapReferences(session: Session, code: Uint8Array): { readonly slot: number; readonly map: Handle }[] {
  const view = new DataView(code.buffer, code.byteOffset, code.byteLength);
  const references: { slot: number; map: Handle }[] = [];
  for (let slot = 0; slot < code.length / SLOT_BYTES; slot++) {
    const at = slot * SLOT_BYTES;
    if (code[at] !== LDDW) continue;
    if (at + 2 * SLOT_BYTES > code.length) {
      throw new EbpfError("EBPF_INVALID_ARGUMENT", "The last instruction is half of an lddw");
    }
    slot++;
    if (code[at + 1] >> 4 !== MAP_DESCRIPTOR) continue;
    references.push({ slot: slot - 1, map: session.object(view.getInt32(at + 4, true), "map") });
  }
  return references;
}
