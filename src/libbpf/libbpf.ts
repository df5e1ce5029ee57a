import type { Runtime } from "../runtime/index.ts";
import { idCalls } from "./ids.ts";
import { infoCalls } from "./info.ts";
import { linkCalls } from "./links.ts";
import { mapBatchCalls } from "./map-batch.ts";
import { mapCreateCalls } from "./map-create.ts";
import { mapElementCalls } from "./map-elements.ts";
import { objectMapCalls } from "./object-maps.ts";
import { objectProgramCalls } from "./object-programs.ts";
import { objectCalls } from "./objects.ts";
import { perfCalls } from "./perf.ts";
import { pinCalls } from "./pins.ts";
import { progLoadCalls } from "./prog-load.ts";
import { ringCalls } from "./rings.ts";
import { Session } from "./session.ts";
import { testRunCalls } from "./test-run.ts";
import { textCalls } from "./text.ts";
import { typeNameCalls } from "./type-names.ts";

type Calls = ReturnType<typeof callsOf>;

/**
 * libbpf's and ebpfapi's functions by their own names, over one runtime: integer descriptors of a table of their own,
 * negative errno results in Windows' numbers, out-parameters as members of the result. Functions that C names
 * `ebpf_result_t` give that number. Where C would read or write through NULL, a TypeError is thrown.
 */
export interface Libbpf extends Calls {
  /** C's errno: the number of the last failure. Success leaves it alone. */
  errno: number;
}

/** libbpf's functions over `runtime`. Descriptors of two doors are apart even over one runtime. */
export function libbpf(runtime: Runtime): Libbpf {
  const session = new Session(runtime.engine);
  return Object.defineProperty({ ...callsOf(session), errno: 0 }, "errno", {
    enumerable: true,
    get: () => session.errno,
    set: (errno: number) => {
      session.errno = errno;
    },
  });
}

function callsOf(session: Session) {
  return {
    ...mapCreateCalls(session),
    ...mapElementCalls(session),
    ...mapBatchCalls(session),
    ...idCalls(session),
    ...infoCalls(session),
    ...pinCalls(session),
    ...progLoadCalls(session),
    ...objectCalls(session),
    ...objectMapCalls(session),
    ...objectProgramCalls(session),
    ...testRunCalls(session),
    ...linkCalls(session),
    ...ringCalls(session),
    ...perfCalls(session),
    ...typeNameCalls(session),
    ...textCalls(session),
  };
}
