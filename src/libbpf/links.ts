import type { Handle } from "../engine/index.ts";
import { EbpfError } from "../errors.ts";
import { type AttachTypeRow, EbpfResult, errnoNumbers } from "../platform/index.ts";
import { guidText } from "./guid.ts";
import type { Out } from "./map-elements.ts";
import { BpfLink, type BpfProgram } from "./object-state.ts";
import { openPinned, pinDescriptor, unpinPath } from "./pins.ts";
import { required, resultOf, type Session } from "./session.ts";

const { EBUSY, EINVAL, ENOENT } = errnoNumbers;
const XDP_ATTACH_TYPE = 1;
/** include/ebpf_structs.h; Linux has another number. */
const XDP_FLAGS_REPLACE = 1;
/** Bytes of attach data that the kernel keeps with a link (struct bpf_link_info). */
const LINK_DATA_BYTES = 8;

/** Attach types whose hooks take a compartment id. */
const withCompartment: ReadonlySet<number> = new Set([3, 4, 5, 6, 7, 12, 13, 14, 15, 16, 17]);

/** Attaching: programs by descriptor or object, links by descriptor or `BpfLink`. */
export function linkCalls(session: Session) {
  const { engine, descriptors } = session;
  const rowOf = (type: number) => session.attachTypes.find((row) => row.number === type);

  /** Attaches and gives the link's handle; throws what the kernel refuses. */
  async function attach(program: Handle, row: AttachTypeRow | undefined, parameter: Uint8Array): Promise<Handle> {
    if (row === undefined || row.number === 0) throw refusal();
    return engine.attach(program, row.number, parameter);
  }

  async function attachLink(
    descriptor: number,
    row: AttachTypeRow | undefined,
    parameter: Uint8Array,
  ): Promise<{ readonly result: number; readonly link: BpfLink | null }> {
    try {
      const handle = await attach(session.object(descriptor, "program"), row, parameter);
      return { result: EbpfResult.SUCCESS, link: new BpfLink(handle, descriptors.open(handle)) };
    } catch (error) {
      return { result: resultOf(error), link: null };
    }
  }

  /** Attaches without a link for the caller: the kernel keeps it. An `ebpf_result_t`. */
  async function attachKept(descriptor: number, type: number, parameter: Uint8Array): Promise<number> {
    try {
      const handle = await attach(session.object(descriptor, "program"), rowOf(type), parameter);
      engine.keepLink(handle);
      engine.close(handle);
      return EbpfResult.SUCCESS;
    } catch (error) {
      return resultOf(error);
    }
  }

  /** Every live link, opened for `visit` and closed after it; stops where that answers true. */
  function eachLink(visit: (link: Handle) => boolean): void {
    let id = engine.nextId("link", 0);
    while (id !== undefined) {
      const link = engine.openId("link", id);
      if (link !== undefined) {
        const stop = visit(link);
        engine.close(link);
        if (stop) return;
      }
      id = engine.nextId("link", id);
    }
  }

  function detachAll(program: Handle | undefined, type: number, parameter: Uint8Array): void {
    const programId = program === undefined ? undefined : engine.programInfo(program).id;
    eachLink((link) => {
      const info = engine.linkInfo(link);
      const same = info.attachType === type && padded(info.parameter).equals(padded(parameter));
      if (same && (programId === undefined || info.programId === programId)) engine.detach(link);
      return false;
    });
  }

  function xdpProgramOn(ifIndex: number): number | undefined {
    let found: number | undefined;
    eachLink((link) => {
      const info = engine.linkInfo(link);
      const here = info.programType === "xdp" && info.programId !== 0;
      if (here && padded(info.parameter).readUInt32LE(0) === ifIndex >>> 0) found = info.programId;
      return found !== undefined;
    });
    return found;
  }

  async function setXdp(ifIndex: number, descriptor: number, flags: number, oldDescriptor: number): Promise<number> {
    if ((flags & XDP_FLAGS_REPLACE) !== 0 || descriptor === -1) {
      let old: number | undefined;
      if (oldDescriptor === 0 || oldDescriptor === -1) old = xdpProgramOn(ifIndex);
      else {
        const checked = session.run(() => {
          const info = engine.programInfo(session.object(oldDescriptor, "program"));
          if (info.type !== "xdp") return session.fail(EINVAL);
          old = info.id;
          return 0;
        });
        if (checked < 0) return checked;
      }
      if (old !== undefined) {
        eachLink((link) => {
          const info = engine.linkInfo(link);
          const here = padded(info.parameter).readUInt32LE(0) === ifIndex >>> 0;
          if (info.programId === old && here) engine.detach(link);
          return false;
        });
      }
    }
    if (descriptor === -1) return 0;
    return session.return(await attachKept(descriptor, XDP_ATTACH_TYPE, u32(ifIndex)));
  }

  return {
    /** Attaches with the program's expected attach type: a link, or null with errno set. */
    async bpf_program__attach(program: BpfProgram | null): Promise<BpfLink | null> {
      if (program === null) return session.failPointer(EINVAL);
      const { result, link } = await attachLink(program.descriptor, rowOf(program.attachType), new Uint8Array(0));
      if (link === null) session.return(program.attachType === 0 ? EbpfResult.INVALID_ARGUMENT : result);
      return link;
    },

    /** Attaches an XDP program to an interface, 0 standing for all: a link, or null with errno set. */
    async bpf_program__attach_xdp(program: BpfProgram | null, ifIndex: number): Promise<BpfLink | null> {
      if (program === null) return session.failPointer(EINVAL);
      const { result, link } = await attachLink(program.descriptor, rowOf(XDP_ATTACH_TYPE), u32(ifIndex));
      if (link === null) session.return(result);
      return link;
    },

    /**
     * Attaches by attach type GUID (16 bytes in memory order, null for the program's own). `ret` is an `ebpf_result_t`.
     * `keep` stands for C's NULL link: the kernel holds the link until it is detached.
     */
    async ebpf_program_attach(
      program: BpfProgram,
      attach_type: Uint8Array | null,
      parameters: Uint8Array | null,
      keep = false,
    ): Promise<Out<BpfLink>> {
      return attachBy(program.descriptor, attach_type, parameters, keep, program);
    },

    /** The same by program descriptor. */
    async ebpf_program_attach_by_fd(
      descriptor: number,
      attach_type: Uint8Array | null,
      parameters: Uint8Array | null,
      keep = false,
    ): Promise<Out<BpfLink>> {
      return attachBy(descriptor, attach_type, parameters, keep);
    },

    /** The same; `value` is the link's descriptor. */
    async ebpf_program_attach_by_fds(
      descriptor: number,
      attach_type: Uint8Array | null,
      parameters: Uint8Array | null,
    ): Promise<Out<number>> {
      const { ret, value } = await attachBy(descriptor, attach_type, parameters, false);
      return { ret, value: value?.descriptor };
    },

    /** Attaches to a compartment (0: all) for good: 0, or -ENOTSUP for hooks without compartments or with flags. */
    async bpf_prog_attach(descriptor: number, compartment: number, type: number, flags: number): Promise<number> {
      if (!withCompartment.has(type) || flags !== 0) return session.return(EbpfResult.OPERATION_NOT_SUPPORTED);
      if (descriptors.get(descriptor) === undefined) return session.return(EbpfResult.INVALID_FD);
      return session.return(await attachKept(descriptor, type, u32(compartment)));
    },

    /** Detaches every program of that attach type and compartment; 0 where there was none. */
    bpf_prog_detach: (compartment: number, type: number): number => detach(-1, compartment, type),

    /** The same for one program; descriptor -1 stands for any. */
    bpf_prog_detach2: (descriptor: number, compartment: number, type: number): number =>
      detach(descriptor, compartment, type),

    /** Takes a link's program off its hook: 0 (again and again), -EBADF, -EINVAL. */
    bpf_link_detach: (descriptor: number): number =>
      session.run(() => {
        engine.detach(session.object(descriptor, "link"));
        return 0;
      }),

    bpf_link__fd: (link: BpfLink | null): number => required(link, "link").descriptor,

    /** The link pinned to a path, or null with errno set. */
    bpf_link__open(path: string | null): BpfLink | null {
      const { result, descriptor } = openPinned(session, required(path, "path"));
      const handle = descriptors.get(descriptor);
      if (result === EbpfResult.SUCCESS && handle !== undefined) return new BpfLink(handle, descriptor, path);
      session.return(result);
      return null;
    },

    /** 0, -EBUSY where the link was pinned by this `BpfLink`, or what `bpf_obj_pin` gives. */
    bpf_link__pin(link: BpfLink | null, path: string | null): number {
      const target = required(link, "link");
      if (target.pinPath !== null) return session.fail(EBUSY);
      const result = pinDescriptor(session, target.descriptor, required(path, "path"));
      if (result === EbpfResult.SUCCESS) target.pinPath = path;
      return session.return(result);
    },

    /** 0, or -ENOENT where the link is not pinned. */
    bpf_link__unpin(link: BpfLink | null): number {
      const target = required(link, "link");
      if (target.pinPath === null) return session.fail(ENOENT);
      const result = unpinPath(session, target.pinPath);
      if (result === EbpfResult.SUCCESS) target.pinPath = null;
      return session.return(result);
    },

    /** `bpf_link__destroy` will not detach. */
    bpf_link__disconnect(link: BpfLink | null): void {
      required(link, "link").disconnected = true;
    },

    /** Detaches, unless disconnected, and closes the link. */
    bpf_link__destroy(link: BpfLink | null): number {
      if (link === null) return 0;
      const result = link.disconnected ? EbpfResult.SUCCESS : session.result(() => engine.detach(link.handle));
      descriptors.close(link.descriptor);
      return session.return(result);
    },

    /** Closes a link without detaching; the last reference detaches. */
    ebpf_link_close(link: BpfLink | null): void {
      if (link !== null) descriptors.close(link.descriptor);
    },

    /** Attaches an XDP program for good (-1: detaches only), with XDP_FLAGS_REPLACE in place of `old_prog_fd`. */
    bpf_xdp_attach: (
      ifIndex: number,
      descriptor: number,
      flags: number,
      options: { readonly old_prog_fd?: number } | null = null,
    ): Promise<number> => setXdp(ifIndex, descriptor, flags, options === null ? -1 : (options.old_prog_fd ?? 0)),

    bpf_xdp_detach: (
      ifIndex: number,
      flags: number,
      options: { readonly old_prog_fd?: number } | null = null,
    ): Promise<number> => setXdp(ifIndex, -1, flags, options === null ? -1 : (options.old_prog_fd ?? 0)),

    /** Deprecated form of `bpf_xdp_attach`. */
    bpf_set_link_xdp_fd: (ifIndex: number, descriptor: number, flags: number): Promise<number> =>
      setXdp(ifIndex, descriptor, flags, 0),

    /** Id of the XDP program on an interface: `value` 0 with -ENOENT where there is none. */
    bpf_xdp_query_id(ifIndex: number, _flags = 0): Out<number> {
      const id = xdpProgramOn(ifIndex);
      return id === undefined ? { ret: session.fail(ENOENT), value: 0 } : { ret: 0, value: id };
    },
  };

  async function attachBy(
    descriptor: number,
    guid: Uint8Array | null,
    parameters: Uint8Array | null,
    keep: boolean,
    program = programOf(descriptor),
  ): Promise<Out<BpfLink>> {
    const text = guid === null ? undefined : guidText(guid);
    const row =
      text === undefined ? rowOf(program?.attachType ?? 0) : session.attachTypes.find((each) => each.guid === text);
    const failed = (ret: number) => ({ ret, value: undefined });
    if (descriptors.get(descriptor) === undefined) return failed(EbpfResult.INVALID_FD);
    if (guid === null && (row === undefined || row.number === 0)) return failed(EbpfResult.INVALID_ARGUMENT);
    if (row === undefined || row.number === 0) return failed(EbpfResult.EXTENSION_FAILED_TO_LOAD);
    const data = parameters ?? new Uint8Array(0);
    if (keep) return failed(await attachKept(descriptor, row.number, data));
    const { result, link } = await attachLink(descriptor, row, data);
    return { ret: result, value: link ?? undefined };
  }

  /** The program of an open object that a descriptor was given for: it knows its attach type. */
  function programOf(descriptor: number): BpfProgram | undefined {
    for (const object of session.objects) {
      const found = object.programs.find((program) => program.descriptor === descriptor);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  function detach(descriptor: number, compartment: number, type: number): number {
    if (type === 0 || rowOf(type) === undefined) return session.fail(EINVAL);
    if (!withCompartment.has(type)) return session.return(EbpfResult.OPERATION_NOT_SUPPORTED);
    return session.run(() => {
      // Windows takes a descriptor that is not open for any program.
      const program = descriptors.get(descriptor);
      if (program !== undefined && program.kind !== "program") return 0;
      detachAll(program, type, u32(compartment));
      return 0;
    });
  }
}

function u32(value: number): Uint8Array {
  return new Uint8Array(Uint32Array.of(value >>> 0).buffer);
}

/** Attach data as the kernel keeps it. */
function padded(parameter: Uint8Array): Buffer {
  const data = Buffer.alloc(LINK_DATA_BYTES);
  data.set(parameter.subarray(0, LINK_DATA_BYTES));
  return data;
}

function refusal(): EbpfError {
  return new EbpfError("EBPF_INVALID_ARGUMENT", "No attach type is given", {
    native: { result: EbpfResult.INVALID_ARGUMENT, errno: EINVAL },
  });
}
