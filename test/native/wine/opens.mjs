// Opens a runtime on the ebpfapi.dll that is installed here, and says why where it cannot be opened.
import { EbpfError, openRuntime } from "../../../src/index.ts";

try {
  openRuntime("windows").close();
} catch (error) {
  if (!(error instanceof EbpfError)) throw error;
  console.error(`wine: ${error.message} (${error.code})${error.hint === undefined ? "" : `\nwine: ${error.hint}`}`);
  process.exitCode = 2;
}
