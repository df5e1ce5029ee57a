import { attachTypes } from "../../platform/index.ts";
import { printable } from "../../printable.ts";
import { table } from "../../report/index.ts";
import type { Runtime } from "../../runtime/index.ts";
import type { Arguments } from "../command.ts";
import { ExitCode } from "../exit-code.ts";
import type { Io } from "../io.ts";
import { hexText } from "./bytes-text.ts";
import { withKernel } from "./open-kernel.ts";
import { kinds } from "./references.ts";

/** What `show` says of an object: texts and numbers, lists of ids, bytes. */
type Cell = string | number | readonly number[] | Uint8Array;

/** One list that `show` knows: its columns, and a row for each object. */
interface List {
  /** Titles; in JSON the members' names, `attachType` for "attach type". */
  readonly columns: readonly string[];
  rows(runtime: Runtime): Iterable<readonly Cell[]>;
}

/** Objects that go away while they are listed are left out. */
function* each<T>(ids: Iterable<number>, open: (id: number) => T): Iterable<T> {
  for (const id of ids) {
    try {
      yield open(id);
    } catch (error) {
      if (!(error instanceof Error && "code" in error && error.code === "EBPF_NOT_FOUND")) throw error;
    }
  }
}

const lists: Readonly<Record<string, List>> = {
  programs: {
    columns: ["id", "type", "name", "section", "execution", "maps", "links"],
    *rows(runtime) {
      for (const program of each(runtime.ids(kinds.programs), (id) => runtime.openProgram(id))) {
        const { id, type, name, section, execution, mapIds, links } = program.info;
        program.close();
        yield [id, type, name, section, execution, mapIds, links];
      }
    },
  },
  maps: {
    columns: ["id", "type", "name", "key", "value", "entries"],
    *rows(runtime) {
      for (const map of each(runtime.ids(kinds.maps), (id) => runtime.openMap(id))) {
        const { info, type } = map;
        map.close();
        yield [info.id, type, info.name, info.keySize, info.valueSize, info.maxEntries];
      }
    },
  },
  links: {
    columns: ["id", "program", "type", "attach type", "parameter"],
    *rows(runtime) {
      for (const id of runtime.ids(kinds.links)) {
        const handle = runtime.engine.openId("link", id);
        if (handle === undefined) continue;
        const { programId, programType, attachType, parameter } = runtime.engine.linkInfo(handle);
        // Not as a link of the runtime's own: closing that is closing the last handle, maybe.
        runtime.engine.close(handle);
        yield [id, programId, programType, attachName(attachType), parameter];
      }
    },
  },
  pins: {
    columns: ["path", "kind"],
    *rows(runtime) {
      for (const { path, kind } of runtime.pins()) yield [path, kind];
    },
  },
};

/** Lists the kernel's programs, maps, links or pins. */
export function showKernel(word: string, args: Arguments, io: Io): Promise<number> {
  return withKernel(args, async (runtime) => {
    const list = lists[word];
    if (list === undefined) return ExitCode.USAGE;
    const rows = [...list.rows(runtime)];
    if (args.has("json")) {
      const names = list.columns.map((title) =>
        title.replaceAll(/ (\w)/g, (_, letter: string) => letter.toUpperCase()),
      );
      const objects = rows.map((row) => Object.fromEntries(names.map((name, at) => [name, jsonOf(row[at])])));
      io.stdout.write(`${JSON.stringify(objects, null, 2)}\n`);
    } else {
      const columns = list.columns.map((title) => ({ title }));
      io.stdout.write(
        table(
          columns,
          rows.map((row) => row.map((cell) => printable(textOf(cell)))),
        ),
      );
    }
    return ExitCode.DONE;
  });
}

/** Windows' name of a hook; nothing where the kernel does not say which it is. */
function attachName(number: number): string {
  return number === 0 ? "" : (attachTypes.find((row) => row.number === number)?.name ?? String(number));
}

function textOf(cell: Cell): string {
  if (cell instanceof Uint8Array) return hexText(cell);
  return typeof cell === "object" ? cell.join(" ") : String(cell);
}

/** Bytes as hex digits without spaces, as `events --json` has them. */
function jsonOf(cell: Cell | undefined): unknown {
  return cell instanceof Uint8Array ? hexText(cell).replaceAll(" ", "") : cell;
}
