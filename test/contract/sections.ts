import { hookRows } from "./hooks.ts";
import { linkRows } from "./links.ts";
import { mapBatchRows } from "./map-batches.ts";
import { mapCreationRows } from "./map-creation.ts";
import { mapElementRows } from "./map-elements.ts";
import { mapTypeRows } from "./map-types.ts";
import { mapRows } from "./maps.ts";
import { objectRows } from "./objects-pinning.ts";
import { programLoadRows } from "./program-load.ts";
import { ringRows } from "./rings.ts";
import type { Row } from "./row.ts";
import { testRunRows } from "./test-run.ts";

/** Every row, by section. */
export const sections: readonly { readonly title: string; readonly rows: readonly Row[] }[] = [
  { title: "program load", rows: programLoadRows },
  { title: "maps", rows: mapRows },
  { title: "map types", rows: mapTypeRows },
  { title: "creating maps", rows: mapCreationRows },
  { title: "elements of maps", rows: mapElementRows },
  { title: "keys and batches of maps", rows: mapBatchRows },
  { title: "objects and pins", rows: objectRows },
  { title: "links", rows: linkRows },
  { title: "hooks", rows: hookRows },
  { title: "rings", rows: ringRows },
  { title: "test runs, verification, tools", rows: testRunRows },
];
