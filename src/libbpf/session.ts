import type { Engine, Handle } from "../engine/index.ts";
import { EbpfError } from "../errors.ts";
import {
  type AttachTypeRow,
  attachTypes,
  EbpfResult,
  errnoNumbers,
  type ProgramTypeRow,
  programTypes,
  results,
} from "../platform/index.ts";
import { Descriptors } from "./descriptors.ts";
import type { BpfObject } from "./object-state.ts";

/** What all functions of one door share: the engine below, descriptors, errno and the open objects. */
export class Session {
  readonly engine: Engine;
  readonly descriptors: Descriptors;
  /** Objects in the order that they were opened. */
  readonly objects: BpfObject[] = [];
  /** The types that the engine has providers for; UNSPEC comes first. */
  readonly programTypes: readonly ProgramTypeRow[];
  readonly attachTypes: readonly AttachTypeRow[];
  /** C's errno: the number of the last failure. Success leaves it alone. */
  errno = 0;

  constructor(engine: Engine) {
    this.engine = engine;
    this.descriptors = new Descriptors(engine);
    this.programTypes = programTypes.filter((row) => row.number === 0 || engine.programTypes.includes(row.name));
    this.attachTypes = attachTypes.filter(
      (row) => row.programType === undefined || engine.programTypes.includes(row.programType),
    );
  }

  /** Sets errno and gives the negative number that libbpf returns. */
  fail(errno: number): number {
    this.errno = errno;
    return -errno;
  }

  /** Sets errno and gives the NULL that functions of pointers return. */
  failPointer(errno: number): null {
    this.errno = errno;
    return null;
  }

  /** What libbpf returns for an `ebpf_result_t`: 0, or a negative errno. */
  return(result: number): number {
    return result === EbpfResult.SUCCESS ? 0 : this.fail(errnoOf(result));
  }

  /** Runs a call and turns what it throws into libbpf's negative errno; errors that are no results are thrown on. */
  run(call: () => number): number {
    try {
      return call();
    } catch (error) {
      return this.fail(errnoOf(resultOf(error)));
    }
  }

  /** The same for calls that take their time. */
  async runAsync(call: () => Promise<number>): Promise<number> {
    try {
      return await call();
    } catch (error) {
      return this.fail(errnoOf(resultOf(error)));
    }
  }

  /** Runs a call and gives the `ebpf_result_t` of its failure, or 0. */
  result(call: () => void): number {
    try {
      call();
      return EbpfResult.SUCCESS;
    } catch (error) {
      return resultOf(error);
    }
  }

  /** The handle behind a descriptor. Throws what becomes -EBADF where there is none. */
  handle(descriptor: number): Handle {
    const handle = this.descriptors.get(descriptor);
    if (handle !== undefined) return handle;
    throw new EbpfError("EBPF_INVALID_ARGUMENT", `There is no descriptor ${descriptor}`, {
      native: { result: EbpfResult.INVALID_FD, errno: errnoNumbers.EBADF },
    });
  }

  /** The map behind a descriptor. Throws what becomes -EBADF or -EINVAL where there is none. */
  map(descriptor: number): Handle {
    const handle = this.handle(descriptor);
    if (handle.kind === "map") return handle;
    throw new EbpfError("EBPF_INVALID_ARGUMENT", `Descriptor ${descriptor} is a ${handle.kind}, not a map`, {
      native: { result: EbpfResult.INVALID_ARGUMENT, errno: errnoNumbers.EINVAL },
    });
  }

  /** The object of a kind behind a descriptor: as the kernel refuses others, with -EINVAL. */
  object(descriptor: number, kind: Handle["kind"]): Handle {
    const handle = this.handle(descriptor);
    if (handle.kind === kind) return handle;
    throw new EbpfError("EBPF_INVALID_ARGUMENT", `Descriptor ${descriptor} is a ${handle.kind}, not a ${kind}`, {
      native: { result: EbpfResult.INVALID_OBJECT, errno: errnoNumbers.EINVAL },
    });
  }
}

/** Windows' errno for an `ebpf_result_t`. */
export function errnoOf(result: number): number {
  return results[result]?.errno ?? errnoNumbers.EOTHER;
}

/** The `ebpf_result_t` that an error stands for; an error that stands for none is thrown on. */
export function resultOf(error: unknown): number {
  if (!(error instanceof EbpfError)) throw error;
  if (error.native?.result !== undefined) return error.native.result;
  switch (error.code) {
    case "EBPF_NO_MEMORY":
      return EbpfResult.NO_MEMORY;
    case "EBPF_NOT_SUPPORTED":
      return EbpfResult.OPERATION_NOT_SUPPORTED;
    case "EBPF_INVALID_INSTRUCTION":
    case "EBPF_INVALID_ARGUMENT":
      return EbpfResult.INVALID_ARGUMENT;
    case "EBPF_UNREADABLE":
      return EbpfResult.FILE_NOT_FOUND;
    case "EBPF_INVALID_OBJECT":
      return EbpfResult.ELF_PARSING_FAILED;
    default:
      throw error;
  }
}

/** Stands for an access violation on Windows. */
export class NullError extends TypeError {}

/** Throws what stands for an access violation on Windows: a NULL that C would read or write through. */
export function required<T>(value: T | null | undefined, name: string): T {
  if (value === null || value === undefined) throw new NullError(`${name} must not be null: Windows crashes on it`);
  return value;
}
