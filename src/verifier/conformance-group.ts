/** Conformance groups of RFC 9669 section 2.4; `callx` is not in the standard. */
export type ConformanceGroup =
  | "base32"
  | "base64"
  | "atomic32"
  | "atomic64"
  | "divmul32"
  | "divmul64"
  | "packet"
  | "callx";
