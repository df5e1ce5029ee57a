import { errnoNumbers } from "../platform/index.ts";
import type { Calls } from "./calls.ts";
import type { Session } from "./session.ts";
import type { TestRunOpts } from "./test-run.ts";

const { EINVAL } = errnoNumbers;
/** Bytes of the names in `union bpf_attr`, the final NUL included. */
const NAME_BYTES = 16;

/**
 * `union bpf_attr` as an object: members by C's names, absent ones being zero. What C points to lies in the member
 * itself: bytes for keys, values and instructions, text for names and paths.
 */
export interface BpfAttributes {
  readonly [member: string]: unknown;
}

export interface BpfOut {
  /** 0, a descriptor, or a negative errno. */
  readonly ret: number;
  /** What the command wrote, by C's names. */
  readonly [member: string]: unknown;
}

interface Command {
  readonly members: readonly string[];
  /** Members that must be zero. */
  readonly zero?: readonly string[];
  readonly run: (attributes: Reader, call: Calls) => BpfOut | Promise<BpfOut>;
}

/** Reads members by their kinds; a member of another kind reads as absent. */
class Reader {
  readonly #attributes: BpfAttributes;

  constructor(attributes: BpfAttributes) {
    this.#attributes = attributes;
  }

  number(member: string): number {
    const value = this.#attributes[member];
    return typeof value === "number" || typeof value === "bigint" ? Number(value) : 0;
  }

  bytes(member: string): Uint8Array | null {
    const value = this.#attributes[member];
    return value instanceof Uint8Array ? value : null;
  }

  text(member: string): string | null {
    const value = this.#attributes[member];
    return typeof value === "string" ? value : null;
  }

  /** Whether C would have a pointer other than NULL there. */
  given(member: string): boolean {
    const value = this.#attributes[member];
    return value !== undefined && value !== null && value !== false && value !== 0;
  }
}

const ENTRY = ["map_fd", "key", "value", "next_key", "flags"];
const IDS = ["start_id", "next_id", "open_flags", "prog_id", "map_id", "link_id"];
const ATTACH = ["target_fd", "attach_bpf_fd", "attach_type", "attach_flags", "replace_bpf_fd"];

const out = (ret: number, written: Readonly<Record<string, unknown>> = {}): BpfOut => ({ ...written, ret });

/** Commands by number (include/linux/bpf.h). */
const commands: ReadonlyMap<number, Command> = new Map<number, Command>([
  [
    0,
    {
      members: [
        "map_type",
        "key_size",
        "value_size",
        "max_entries",
        "map_flags",
        "inner_map_fd",
        "numa_node",
        "map_name",
      ],
      zero: ["map_flags", "numa_node"],
      run: (at, call) =>
        out(
          call.bpf_map_create(
            at.number("map_type"),
            at.text("map_name"),
            at.number("key_size"),
            at.number("value_size"),
            at.number("max_entries"),
            { inner_map_fd: at.number("inner_map_fd") },
          ),
        ),
    },
  ],
  [1, { members: ENTRY, zero: ["flags"], run: (at, call) => lookup(call.bpf_map_lookup_elem, at) }],
  [
    2,
    {
      members: ENTRY,
      run: (at, call) =>
        out(call.bpf_map_update_elem(at.number("map_fd"), at.bytes("key"), at.bytes("value"), at.number("flags"))),
    },
  ],
  [3, { members: ENTRY, run: (at, call) => out(call.bpf_map_delete_elem(at.number("map_fd"), at.bytes("key"))) }],
  [
    4,
    {
      members: ENTRY,
      run(at, call) {
        const { ret, value } = call.bpf_map_get_next_key(at.number("map_fd"), at.bytes("key"));
        return out(ret, { next_key: value });
      },
    },
  ],
  [
    5,
    {
      members: [
        "prog_type",
        "insn_cnt",
        "insns",
        "license",
        "log_level",
        "log_size",
        "log_buf",
        "kern_version",
        "prog_flags",
        "prog_name",
      ],
      zero: ["prog_flags"],
      run(at, call) {
        const [level, wanted] = [at.number("log_level"), at.given("log_buf")];
        if (level > 1 || (level !== 0) !== wanted) return out(-EINVAL);
        return call.bpf_prog_load(
          at.number("prog_type"),
          at.text("prog_name") ?? "",
          at.text("license"),
          at.bytes("insns"),
          at.number("insn_cnt"),
          { log_size: at.number("log_size"), log_buf: wanted },
        ) as Promise<BpfOut & { log: string | undefined }>;
      },
    },
  ],
  [
    6,
    {
      members: ["pathname", "bpf_fd", "file_flags"],
      zero: ["file_flags"],
      run: (at, call) => out(call.bpf_obj_pin(at.number("bpf_fd"), at.text("pathname"))),
    },
  ],
  [
    7,
    {
      members: ["pathname", "bpf_fd", "file_flags"],
      zero: ["file_flags", "bpf_fd"],
      run: (at, call) => out(call.bpf_obj_get(at.text("pathname"))),
    },
  ],
  [
    8,
    {
      members: ATTACH,
      run: async (at, call) =>
        out(
          await call.bpf_prog_attach(
            at.number("attach_bpf_fd"),
            at.number("target_fd"),
            at.number("attach_type"),
            at.number("attach_flags"),
          ),
        ),
    },
  ],
  [
    9,
    {
      members: ATTACH,
      run: (at, call) =>
        out(call.bpf_prog_detach2(at.number("attach_bpf_fd"), at.number("target_fd"), at.number("attach_type"))),
    },
  ],
  [
    10,
    {
      members: [
        ...["prog_fd", "retval", "data_size_in", "data_size_out", "data_in", "data_out", "repeat", "duration"],
        ...["ctx_size_in", "ctx_size_out", "ctx_in", "ctx_out", "flags", "cpu", "batch_size"],
      ],
      async run(at, call) {
        const options: TestRunOpts = {
          data_in: at.bytes("data_in"),
          ctx_in: at.bytes("ctx_in"),
          data_out: at.given("data_out"),
          ctx_out: at.given("ctx_out"),
          data_size_out: at.number("data_size_out"),
          ctx_size_out: at.number("ctx_size_out"),
          repeat: at.number("repeat"),
          cpu: at.number("cpu"),
        };
        return { ...(await call.bpf_prog_test_run_opts(at.number("prog_fd"), options)) };
      },
    },
  ],
  [11, nextId("bpf_prog_get_next_id")],
  [12, nextId("bpf_map_get_next_id")],
  [13, { members: IDS, run: (at, call) => out(call.bpf_prog_get_fd_by_id(at.number("prog_id"))) }],
  [14, { members: IDS, run: (at, call) => out(call.bpf_map_get_fd_by_id(at.number("map_id"))) }],
  [
    15,
    {
      members: ["bpf_fd", "info_len", "info"],
      run: (at, call) => ({ ...call.bpf_obj_get_info_by_fd(at.number("bpf_fd")) }),
    },
  ],
  [21, { members: ENTRY, zero: ["flags"], run: (at, call) => lookup(call.bpf_map_lookup_and_delete_elem, at) }],
  [30, { members: IDS, run: (at, call) => out(call.bpf_link_get_fd_by_id(at.number("link_id"))) }],
  [31, nextId("bpf_link_get_next_id")],
  [34, { members: ["link_fd"], run: (at, call) => out(call.bpf_link_detach(at.number("link_fd"))) }],
  [
    35,
    {
      members: ["prog_fd", "map_fd", "flags"],
      zero: ["flags"],
      run: (at, call) => out(call.bpf_prog_bind_map(at.number("prog_fd"), at.number("map_fd"))),
    },
  ],
]);

function lookup(call: Calls["bpf_map_lookup_elem"], at: Reader): BpfOut {
  const { ret, value } = call(at.number("map_fd"), at.bytes("key"));
  return out(ret, { value });
}

function nextId(name: "bpf_prog_get_next_id" | "bpf_map_get_next_id" | "bpf_link_get_next_id"): Command {
  return {
    members: IDS,
    run(at, call) {
      const { ret, value } = call[name](at.number("start_id"));
      return out(ret, { next_id: value });
    },
  };
}

/** `bpf()`: one function for every command that Windows knows. */
export function bpfCommandCalls(session: Session, functions: Calls) {
  return {
    /**
     * Does command number `command`: `ret` 0, a descriptor or a negative errno. Commands that Windows does not know,
     * members that a command does not know and that are not zero, and names of 16 bytes and more are -EINVAL.
     */
    async bpf(command: number, attributes: BpfAttributes | null): Promise<BpfOut> {
      const row = commands.get(command);
      if (row === undefined || attributes === null) return out(session.fail(EINVAL));
      const reader = new Reader(attributes);
      const unknown = Object.keys(attributes).filter((member) => !row.members.includes(member));
      const names = ["map_name", "prog_name"].map((member) => Buffer.byteLength(reader.text(member) ?? ""));
      const refused = [...unknown, ...(row.zero ?? [])].some((member) => reader.given(member));
      if (refused || names.some((bytes) => bytes >= NAME_BYTES)) return out(session.fail(EINVAL));
      return row.run(reader, functions);
    },
  };
}
