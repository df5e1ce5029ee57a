import { EbpfResult } from "../platform/index.ts";

const DEVICE = "BPF:";
/** Bytes of Windows' buffers for pin paths (MAX_PATH). */
export const PATH_BUFFER_BYTES = 260;

/** A canonical path, or what there was of it when the `result` was found. */
export interface CanonicalPath {
  readonly result: number;
  readonly path: string;
}

/**
 * The canonical form of a pin path: `BPF:\a\b`. Separators, `.`, `..` and the alias `/ebpf/global/` are resolved;
 * a separator or `.` at the end stays. `size` is the bytes that there are for it, a final NUL included
 * (libs/shared/shared_common.c, ebpf_canonicalize_path).
 */
export function canonicalPinPath(input: string, size = PATH_BUFFER_BYTES): CanonicalPath {
  const named = input.slice(0, DEVICE.length).toUpperCase() === DEVICE;
  const relative = !/^[/\\]/.test(input);
  const rest = named ? input.slice(DEVICE.length) : input;
  const needed = DEVICE.length + 1 + (relative ? 1 : 0) + Buffer.byteLength(rest);
  if (size < needed) return { result: EbpfResult.INSUFFICIENT_BUFFER, path: "" };

  const raw = (relative ? "\\" : "") + rest;
  const colon = raw.indexOf(":");
  if (colon >= 0) {
    // Slashes are turned one by one: those behind the colon are as they were.
    return {
      result: EbpfResult.INVALID_ARGUMENT,
      path: DEVICE + raw.slice(0, colon).replaceAll("/", "\\") + raw.slice(colon),
    };
  }
  let path = raw.replaceAll("/", "\\");
  if (path.slice(0, 13).toLowerCase() === "\\ebpf\\global\\") path = path.slice(12);
  for (let at = 0; at < path.length; ) {
    if (path.startsWith("\\\\", at)) path = path.slice(0, at + 1) + path.slice(at + 2);
    else if (path.startsWith("\\.\\", at)) path = path.slice(0, at + 1) + path.slice(at + 3);
    else if (path.startsWith("\\..\\", at) || path.slice(at) === "\\..") {
      const parent = at === 0 ? -1 : path.lastIndexOf("\\", at - 1);
      if (parent < 0) return { result: EbpfResult.INVALID_ARGUMENT, path: DEVICE + path };
      path = path.startsWith("\\..\\", at) ? path.slice(0, parent + 1) + path.slice(at + 4) : path.slice(0, parent);
      at = parent;
    } else at++;
  }
  return { result: EbpfResult.SUCCESS, path: DEVICE + path };
}
