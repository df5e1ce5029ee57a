export type RegionKind = "stack" | "context" | "packet" | "map-value" | "global" | "other";

export interface RegionOptions {
  readonly kind: RegionKind;
  /** How fault reports call it: `packet`, `map "ports"`. */
  readonly name: string;
  /** First address. */
  readonly start: number;
  /** Address after the last byte. */
  readonly end: number;
  readonly writable: boolean;
  /** Bytes from one element to the next. Regions that are one element leave it out. */
  readonly stride?: number;
  /** Bytes of each element that may be touched, from its first on; an access lies within one element. */
  readonly size?: number;
}

/** A range of addresses that programs may touch. Made by `Regions.add`. */
export interface Region {
  readonly kind: RegionKind;
  readonly name: string;
  readonly start: number;
  readonly end: number;
  readonly writable: boolean;
  readonly stride: number | undefined;
  readonly size: number;
}
