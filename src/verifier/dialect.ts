/**
 * Where the verifier that Windows 1.6 ships decides otherwise than the newest. Each member is true where the older
 * behaviour holds; the names in brackets are those of docs/verifier.md.
 */
export interface Dialect {
  readonly name: DialectName;
  /** D1: inlined callees lose edges to nodes that are cloned later (back edges and backward jumps). */
  readonly inliningDropsBackEdges: boolean;
  /** D2: numbers of kinds foreign to a location's new type stay when the location is overwritten. */
  readonly staleKindsSurvive: boolean;
  /** D3: killing stack bytes spares the cell with exactly that offset and size. */
  readonly exactCellSurvivesHavoc: boolean;
  /** D4: 32-bit comparisons constrain the 64-bit variables without the check that the values fit. */
  readonly narrowComparisonsUnchecked: boolean;
  /** D5: 32-bit sign extension of a register onto itself is skipped when the value is in range. */
  readonly narrowSignExtensionSkipped: boolean;
  /** D6: an immediate that is stored is zero-extended. */
  readonly storedImmediatesZeroExtended: boolean;
  /** D7: a negative dividend is shifted before a signed division by a range. */
  readonly signedDivisionShiftsNegatives: boolean;
  /** D8: the unsigned view of a sign-extended load is taken for the unsigned range of its width. */
  readonly signedLoadsUnsignedRange: boolean;
  /** D9: scalars loaded from the context have no range. */
  readonly contextLoadsUnranged: boolean;
  /** D10: a context load is a pointer only if its start may be a pointer field's. */
  readonly contextPointerByStart: boolean;
  /** D11: a helper that writes through a pointer of several types leaves the stack as it was. */
  readonly mixedPointerWritesKeepStack: boolean;
  /** D12: no bytes at all count as numeric bytes. */
  readonly emptyRangeIsNumeric: boolean;
  /** D13: a signed division by a negative constant is unknown unless the result is constant. */
  readonly negativeDivisorUnknown: boolean;
  /** D14: a 64-bit shift left by 0 makes a range unknown. */
  readonly shiftByZeroUnknown: boolean;
  /** D15: a non-numeric store at [lb, ub) unmarks [lb, lb + ub). */
  readonly nonNumericStoreOverreaches: boolean;
  /** D16: a write at a variable offset kills one byte more. */
  readonly variableWriteOverreaches: boolean;
  /** D17, D21: sockets and allocated memory cannot be dereferenced, and messages do not name them. */
  readonly onlyRegionsDereferenceable: boolean;
  /** D18: a 32-bit division checks all 64 bits of its divisor. D22: and prints it as `r`. */
  readonly narrowDivisorChecked64: boolean;
  /** D19: `callx` reads the signed view. */
  readonly callxReadsSigned: boolean;
  /** D20: a meet looks for a model component by component from the sinks, and may miss that there is one. */
  readonly searchesSinksFirst: boolean;
  /** D24: an access that lies outside of the stack for certain is an internal error where its bytes are looked at. */
  readonly outsideStackAborts: boolean;
  /** D23: map keys and values of 2^31 bytes and more are an internal error. */
  readonly hugeMapSizesAbort: boolean;
}

export type DialectName = "windows-1.6" | "latest";

const WINDOWS_1_6: Dialect = {
  name: "windows-1.6",
  inliningDropsBackEdges: true,
  staleKindsSurvive: true,
  exactCellSurvivesHavoc: true,
  narrowComparisonsUnchecked: true,
  narrowSignExtensionSkipped: true,
  storedImmediatesZeroExtended: true,
  signedDivisionShiftsNegatives: true,
  signedLoadsUnsignedRange: true,
  contextLoadsUnranged: true,
  contextPointerByStart: true,
  mixedPointerWritesKeepStack: true,
  emptyRangeIsNumeric: true,
  negativeDivisorUnknown: true,
  shiftByZeroUnknown: true,
  nonNumericStoreOverreaches: true,
  variableWriteOverreaches: true,
  onlyRegionsDereferenceable: true,
  narrowDivisorChecked64: true,
  callxReadsSigned: true,
  searchesSinksFirst: true,
  outsideStackAborts: true,
  hugeMapSizesAbort: true,
};

const LATEST: Dialect = {
  name: "latest",
  inliningDropsBackEdges: false,
  staleKindsSurvive: false,
  exactCellSurvivesHavoc: false,
  narrowComparisonsUnchecked: false,
  narrowSignExtensionSkipped: false,
  storedImmediatesZeroExtended: false,
  signedDivisionShiftsNegatives: false,
  signedLoadsUnsignedRange: false,
  contextLoadsUnranged: false,
  contextPointerByStart: false,
  mixedPointerWritesKeepStack: false,
  emptyRangeIsNumeric: false,
  negativeDivisorUnknown: false,
  shiftByZeroUnknown: false,
  nonNumericStoreOverreaches: false,
  variableWriteOverreaches: false,
  onlyRegionsDereferenceable: false,
  narrowDivisorChecked64: false,
  callxReadsSigned: false,
  searchesSinksFirst: false,
  outsideStackAborts: false,
  hugeMapSizesAbort: false,
};

export const DIALECTS: Readonly<Record<DialectName, Dialect>> = { "windows-1.6": WINDOWS_1_6, latest: LATEST };
