import { objectsAreImages } from "../engine/index.ts";
import { EbpfResult, errnoNumbers } from "../platform/index.ts";
import { loadObject, type ObjectOpenOptions, openObject, unloadObject } from "./object-load.ts";
import { pinMap, unpinMap } from "./object-maps.ts";
import { type BpfMapState, type BpfObject, type BpfProgram, ExecutionType } from "./object-state.ts";
import { pinDescriptor, unpinPath } from "./pins.ts";
import { errnoOf, required, type Session } from "./session.ts";

const { EINVAL, ENOENT, ENAMETOOLONG } = errnoNumbers;
/** Bytes of C's buffers for pin paths of objects, the final NUL included. */
const PATH_MAX = 4096;

/** What `ebpf_object_load_native_by_fds` wrote; counts are undefined where the image could not be read. */
export interface NativeLoadOut {
  readonly ret: number;
  readonly count_of_maps: number | undefined;
  readonly map_fds: readonly number[] | undefined;
  readonly count_of_programs: number | undefined;
  readonly program_fds: readonly number[] | undefined;
}

const NOTHING_LOADED = {
  count_of_maps: undefined,
  map_fds: undefined,
  count_of_programs: undefined,
  program_fds: undefined,
} as const;

/** Object files: open, load, walk, pin, close. */
export function objectCalls(session: Session) {
  const { descriptors } = session;

  const open = (source: string | Uint8Array | null, options: ObjectOpenOptions | null): BpfObject | null => {
    if (source === null) return session.failPointer(EINVAL);
    const { result, object } = openObject(session, source, options);
    return object ?? session.failPointer(errnoOf(result));
  };

  const load = async (object: BpfObject): Promise<number> => session.return(await loadObject(session, object));

  /** `path/name`, or undefined where it is too long. */
  const joined = (path: string | null, name: string): string | undefined => {
    const text = `${path ?? "(null)"}/${name}`;
    return Buffer.byteLength(text) >= PATH_MAX ? undefined : text;
  };
  const programPath = (path: string | null, { spec }: BpfProgram): string | undefined =>
    joined(path, spec.section.replaceAll("/", "_"));

  function pin_maps(object: BpfObject | null, path: string | null): number {
    if (object === null) return session.fail(ENOENT);
    if (path === null) return 0;
    for (const [index, map] of object.maps.entries()) {
      const target = joined(path, map.spec.name);
      const failed = target === undefined ? ENAMETOOLONG : errnoOf(pinMap(session, map, target));
      if (failed === 0) continue;
      for (const earlier of object.maps.slice(0, index).reverse()) unpinMap(session, earlier, null);
      return session.fail(failed);
    }
    return 0;
  }

  function unpin_maps(object: BpfObject | null, path: string | null): number {
    if (object === null) return session.fail(ENOENT);
    if (path === null) return 0;
    for (const map of object.maps) {
      const target = joined(path, map.spec.name);
      const failed = target === undefined ? ENAMETOOLONG : errnoOf(unpinMap(session, map, target));
      if (failed !== 0) return session.fail(failed);
    }
    return 0;
  }

  function pin_programs(object: BpfObject | null, path: string | null): number {
    if (object === null) return session.fail(ENOENT);
    for (const [index, program] of object.programs.entries()) {
      const target = programPath(path, program);
      const failed = target === undefined ? ENAMETOOLONG : errnoOf(pinDescriptor(session, program.descriptor, target));
      if (failed === 0) continue;
      session.errno = failed;
      // Windows rolls back with the folder's path, so that what was pinned stays pinned.
      for (const _ of object.programs.slice(0, index)) session.return(unpinPath(session, path ?? "(null)"));
      return -failed;
    }
    return 0;
  }

  function walk<T>(parts: readonly T[], from: T | null, step: 1 | -1): T | null {
    const index = from === null ? (step === 1 ? 0 : parts.length - 1) : parts.indexOf(from) + step;
    return (from !== null && !parts.includes(from)) || index < 0 ? null : (parts[index] ?? null);
  }

  const next_map = (object: BpfObject | null, map: BpfMapState | null): BpfMapState | null =>
    walk(required(object, "object").maps, map, 1);
  const prev_map = (object: BpfObject | null, map: BpfMapState | null): BpfMapState | null =>
    walk(required(object, "object").maps, map, -1);
  const next_program = (object: BpfObject | null, program: BpfProgram | null): BpfProgram | null =>
    walk(required(object, "object").programs, program, 1);
  const prev_program = (object: BpfObject | null, program: BpfProgram | null): BpfProgram | null =>
    walk(required(object, "object").programs, program, -1);
  const find_map = (object: BpfObject | null, name: string): BpfMapState | null =>
    required(object, "object").maps.find((map) => map.spec.name === name) ?? session.failPointer(ENOENT);

  return {
    /** Opens an object file: null with errno ENOENT (no such file), EOTHER (broken) or EINVAL (a map that cannot be). */
    bpf_object__open: (path: string | null): BpfObject | null => open(path, null),
    bpf_object__open_file: (path: string | null, options: ObjectOpenOptions | null = null): BpfObject | null =>
      open(path, options),
    /** Opens the bytes of an object file; its name is "memory" unless given. */
    bpf_object__open_mem: (
      bytes: Uint8Array | null,
      size: number,
      options: ObjectOpenOptions | null = null,
    ): BpfObject | null => open(bytes === null ? null : bytes.subarray(0, size), options),

    /** Creates the maps and loads the programs, all or none: 0, -EACCES where a program is rejected, -EINVAL, … */
    bpf_object__load: (object: BpfObject | null): Promise<number> => load(required(object, "object")),
    bpf_object__load_xattr: (attributes: { readonly obj: BpfObject } | null): Promise<number> =>
      load(required(attributes, "attributes").obj),

    /** Closes the descriptors of maps and programs; the object stays. */
    bpf_object__unload(object: BpfObject | null): number {
      unloadObject(session, required(object, "object"));
      return 0;
    },

    /** Closes an object and its descriptors; null is fine. */
    bpf_object__close(object: BpfObject | null): void {
      if (object === null) return;
      unloadObject(session, object);
      const index = session.objects.indexOf(object);
      if (index >= 0) session.objects.splice(index, 1);
    },

    bpf_object__name: (object: BpfObject | null): string => required(object, "object").name,

    /** Open objects of this door, in the order that they were opened. */
    bpf_object__next: (object: BpfObject | null): BpfObject | null => walk(session.objects, object, 1),

    bpf_object__next_map: next_map,
    bpf_object__prev_map: prev_map,
    bpf_object__next_program: next_program,
    bpf_object__prev_program: prev_program,
    bpf_map__next: (map: BpfMapState | null, object: BpfObject | null) => next_map(object, map),
    bpf_map__prev: (map: BpfMapState | null, object: BpfObject | null) => prev_map(object, map),
    bpf_program__next: (program: BpfProgram | null, object: BpfObject | null) => next_program(object, program),
    bpf_program__prev: (program: BpfProgram | null, object: BpfObject | null) => prev_program(object, program),

    bpf_object__find_map_by_name: find_map,
    /** The map's descriptor, -1 before load, or -EINVAL for an unknown name. */
    bpf_object__find_map_fd_by_name: (object: BpfObject | null, name: string): number =>
      find_map(object, name)?.descriptor ?? session.fail(EINVAL),
    bpf_object__find_program_by_name: (object: BpfObject | null, name: string): BpfProgram | null =>
      required(object, "object").programs.find((program) => program.spec.name === name) ?? session.failPointer(ENOENT),

    /** Pins the maps to `path/name`; null pins nothing. */
    bpf_object__pin_maps: pin_maps,
    bpf_object__unpin_maps: unpin_maps,
    /** Pins the programs to `path/section`, slashes of the section as underscores: two of one section collide. */
    bpf_object__pin_programs: pin_programs,

    bpf_object__unpin_programs(object: BpfObject | null, path: string | null): number {
      if (object === null) return session.fail(ENOENT);
      for (const program of object.programs) {
        const target = programPath(path, program);
        const failed = target === undefined ? ENAMETOOLONG : errnoOf(unpinPath(session, target));
        if (failed !== 0) return session.fail(failed);
      }
      return 0;
    },

    bpf_object__pin(object: BpfObject | null, path: string | null): number {
      const maps = pin_maps(object, path);
      if (maps !== 0) return maps;
      const programs = pin_programs(object, path);
      if (programs === 0) return 0;
      unpin_maps(object, path);
      return session.fail(-programs);
    },

    /** `ebpf_execution_type_t` of an object. */
    ebpf_object_get_execution_type: (object: BpfObject | null): number => required(object, "object").execution,

    /**
     * JIT or interpreter for the next load (ANY is JIT): an `ebpf_result_t`, INVALID_ARGUMENT for NATIVE. Native images
     * take ANY and NATIVE only.
     */
    ebpf_object_set_execution_type(object: BpfObject | null, type: number): number {
      const { ANY, JIT, INTERPRET, NATIVE } = ExecutionType;
      const target = required(object, "object");
      const allowed: readonly number[] = target.native ? [ANY, NATIVE] : [ANY, JIT, INTERPRET];
      if (!allowed.includes(type)) return EbpfResult.INVALID_ARGUMENT;
      const chosen = target.native ? NATIVE : JIT;
      target.execution = type === ANY ? chosen : type;
      return EbpfResult.SUCCESS;
    },

    /**
     * Loads a native image: `ret` is an `ebpf_result_t`, with the descriptors of its maps and programs. Room for fewer
     * than there are is NO_MEMORY, and the counts say how many are needed.
     */
    async ebpf_object_load_native_by_fds(
      file: string,
      count_of_maps: number,
      count_of_programs: number,
    ): Promise<NativeLoadOut> {
      const failed = (ret: number) => ({ ...NOTHING_LOADED, ret });
      if (!objectsAreImages(session.engine)) return failed(EbpfResult.OPERATION_NOT_SUPPORTED);
      const { result, object } = openObject(session, required(file, "file"), null);
      if (object === null) return failed(result);
      session.objects.pop();
      const [maps, programs] = [object.maps.length, object.programs.length];
      if (count_of_maps < maps || count_of_programs < programs) {
        return { ...failed(EbpfResult.NO_MEMORY), count_of_maps: maps, count_of_programs: programs };
      }
      const loaded = await loadObject(session, object);
      if (loaded !== EbpfResult.SUCCESS) return failed(loaded);
      return {
        ret: EbpfResult.SUCCESS,
        count_of_maps: maps,
        map_fds: object.maps.map((map) => map.descriptor),
        count_of_programs: programs,
        program_fds: object.programs.map((program) => program.descriptor),
      };
    },

    /** How a program runs and where it came from: `ret` is an `ebpf_result_t`. */
    ebpf_program_query_info(descriptor: number): {
      readonly ret: number;
      readonly execution_type: number | undefined;
      readonly file_name: string | undefined;
      readonly section_name: string | undefined;
    } {
      const handle = descriptors.get(descriptor);
      const failed = (ret: number) => ({
        ret,
        execution_type: undefined,
        file_name: undefined,
        section_name: undefined,
      });
      if (handle === undefined) return failed(EbpfResult.INVALID_FD);
      if (handle.kind !== "program") return failed(EbpfResult.INVALID_OBJECT);
      const info = session.engine.programInfo(handle);
      return {
        ret: EbpfResult.SUCCESS,
        execution_type: { jit: ExecutionType.JIT, interpret: ExecutionType.INTERPRET, native: ExecutionType.NATIVE }[
          info.execution
        ],
        file_name: info.file,
        section_name: info.section,
      };
    },

    /** Returns when every run that was under way has ended: an `ebpf_result_t`. */
    async ebpf_program_synchronize(): Promise<number> {
      await session.engine.synchronize();
      return EbpfResult.SUCCESS;
    },
  };
}
