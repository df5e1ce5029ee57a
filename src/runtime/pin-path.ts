import { assertName } from "../arguments.ts";
import { canonicalPinPath, failure } from "../engine/index.ts";
import { EbpfResult } from "../platform/index.ts";
import { quotePath } from "../printable.ts";

/** The canonical form of a pin path; throws `EBPF_INVALID_ARGUMENT` for one that has none. */
export function pinPath(path: string): string {
  assertName(path, "A path for a pin");
  const canonical = canonicalPinPath(path);
  if (canonical.result === EbpfResult.SUCCESS) return canonical.path;
  throw failure(EbpfResult.INVALID_ARGUMENT, `${quotePath(path)} is no path for a pin`, "Use names like BPF:\\a\\b.");
}
