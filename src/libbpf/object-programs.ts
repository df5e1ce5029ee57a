import { errnoNumbers } from "../platform/index.ts";
import type { BpfProgram } from "./object-state.ts";
import { pinDescriptor, unpinPath } from "./pins.ts";
import { required, type Session } from "./session.ts";

const { EINVAL, EBUSY } = errnoNumbers;

/** Programs of an object: what the file says of them, what may be changed before load, and their pins. */
export function objectProgramCalls(session: Session) {
  const of = (program: BpfProgram | null): BpfProgram => required(program, "program");
  const typeOf = (program: BpfProgram | null): number =>
    session.programTypes.find((row) => row.name === of(program).type)?.number ?? 0;
  return {
    bpf_program__name: (program: BpfProgram | null): string => of(program).spec.name,
    bpf_program__section_name: (program: BpfProgram | null): string => of(program).spec.section,
    /** The program's descriptor, -1 where it is not loaded. */
    bpf_program__fd: (program: BpfProgram | null): number => of(program).descriptor,
    /** Slots of 8 bytes; 0 for native images, whose code is not byte code. */
    bpf_program__insn_cnt: (program: BpfProgram | null): number =>
      of(program).object.native ? 0 : of(program).spec.code.length / 8,
    bpf_program__type: typeOf,
    bpf_program__get_type: typeOf,
    bpf_program__get_expected_attach_type: (program: BpfProgram | null): number => of(program).attachType,
    bpf_program__autoload: (program: BpfProgram | null): boolean => of(program).autoload,
    bpf_program__flags: (program: BpfProgram | null): number => of(program).flags,

    /** What the verifier said at the last load, null where it said nothing; `log_size` is bytes. */
    bpf_program__log_buf(program: BpfProgram | null): { readonly log: string | null; readonly log_size: number } {
      const { log } = of(program);
      return { log, log_size: log === null ? 0 : Buffer.byteLength(log) + 1 };
    },

    /** Type number, 0 for an unknown one: 0, or -EBUSY after load, -EINVAL for native images. */
    bpf_program__set_type(program: BpfProgram | null, type: number): number {
      if (of(program).object.loaded) return session.fail(EBUSY);
      if (of(program).object.native) return session.fail(EINVAL);
      of(program).type = session.programTypes.find((row) => row.number === type)?.name ?? "unspec";
      return 0;
    },

    /** Attach type number; an unknown one changes nothing. 0, or -EBUSY after load. */
    bpf_program__set_expected_attach_type(program: BpfProgram | null, type: number): number {
      if (of(program).object.loaded) return session.fail(EBUSY);
      if (session.attachTypes.some((row) => row.number === type)) of(program).attachType = type;
      return 0;
    },

    /** Whether the next load takes the program: 0, or -EINVAL after load. */
    bpf_program__set_autoload(program: BpfProgram | null, autoload: boolean): number {
      if (of(program).object.loaded) return session.fail(EINVAL);
      of(program).autoload = autoload;
      return 0;
    },

    /** 0, or -EBUSY after load. Flags mean nothing to the kernel. */
    bpf_program__set_flags(program: BpfProgram | null, flags: number): number {
      if (of(program).object.loaded) return session.fail(EBUSY);
      of(program).flags = flags >>> 0;
      return 0;
    },

    /** Closes the program's descriptor. */
    bpf_program__unload(program: BpfProgram | null): void {
      const target = of(program);
      if (target.descriptor !== -1) session.descriptors.close(target.descriptor);
      target.descriptor = -1;
    },

    bpf_program__pin: (program: BpfProgram | null, path: string): number =>
      program === null ? session.fail(EINVAL) : session.return(pinDescriptor(session, program.descriptor, path)),
    bpf_program__unpin: (program: BpfProgram | null, path: string): number =>
      program === null ? session.fail(EINVAL) : session.return(unpinPath(session, path)),
  };
}
