import { idCalls } from "./ids.ts";
import { infoCalls } from "./info.ts";
import { linkCalls } from "./links.ts";
import { mapBatchCalls } from "./map-batch.ts";
import { mapCreateCalls } from "./map-create.ts";
import { mapElementCalls } from "./map-elements.ts";
import { memoryCalls } from "./memory.ts";
import { objectMapCalls } from "./object-maps.ts";
import { objectProgramCalls } from "./object-programs.ts";
import { objectCalls } from "./objects.ts";
import { perfCalls } from "./perf.ts";
import { pinCalls } from "./pins.ts";
import { progLoadCalls } from "./prog-load.ts";
import { ringCalls } from "./rings.ts";
import type { Session } from "./session.ts";
import { testRunCalls } from "./test-run.ts";
import { textCalls } from "./text.ts";
import { typeNameCalls } from "./type-names.ts";

/** The functions of the door. */
export type Calls = ReturnType<typeof callsOf>;

/** All functions but `bpf()`, which calls them. */
export function callsOf(session: Session) {
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
    ...memoryCalls(),
  };
}
