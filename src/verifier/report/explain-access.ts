import type { ValidAccess } from "../ir/index.ts";
import { bytesText, type Circumstances } from "./circumstances.ts";
import { type Explanation, explain } from "./explanation.ts";

type Explainer = (access: ValidAccess, circumstances: Circumstances) => Explanation;

const verb = (access: ValidAccess): string => (access.mode === "write" ? "written" : "read");

/** Bytes from the start of the packet to the end of the access, where both are constant. */
function packetEnd(access: ValidAccess, { state }: Circumstances): string | undefined {
  if (state === undefined || access.width.kind === "register") return undefined;
  const line = state.toStrings().find((text) => text.startsWith(`r${access.register}.packet_offset=`));
  const start = /=(-?\d+)$/.exec(line ?? "")?.[1];
  return start === undefined ? undefined : `${BigInt(start) + BigInt(access.offset) + BigInt(access.width.value)}`;
}

function knownPacket({ state }: Circumstances): string {
  const line = state?.toStrings().find((text) => text.startsWith("packet_size="));
  return /(?:\[|=)(\d+)/.exec(line ?? "")?.[1] ?? "0";
}

function packet(access: ValidAccess, circumstances: Circumstances): Explanation {
  const end = packetEnd(access, circumstances);
  const known = `only ${knownPacket(circumstances)} are known to be there`;
  if (end === undefined) {
    const advice =
      `bound the offset first (an "if" with constants on both sides), then compare the pointer plus the ` +
      "access's size with data_end, in the same register that is read through";
    return explain(
      "bounds",
      `packet bytes at a variable offset are ${verb(access)}, and nothing shows them there`,
      advice,
    );
  }
  const width = access.width.kind === "immediate" ? Number(access.width.value) : 0;
  const range = `${BigInt(end) - BigInt(width)}..${end}`;
  return explain(
    "bounds",
    `packet bytes ${range} are ${verb(access)}, but ${known}`,
    `compare data + ${end} with data_end first, and leave if it is greater`,
  );
}

/** By what the verifier says, first match. */
const ROWS: readonly (readonly [RegExp, Explainer])[] = [
  [
    /^Possible null access/,
    (access, { lookup }) => {
      const after = lookup === undefined ? "" : ` after ${lookup}`;
      return explain(
        "null",
        `r${access.register} may be null here`,
        `compare it with 0${after}, and use it only where it is not`,
      );
    },
  ],
  [/^Upper bound must be at most packet_size/, packet],
  [
    /^Upper bound must be at most (r\d+\.shared_region_size|r\d+\.alloc_mem_size)/,
    (access) =>
      explain(
        "bounds",
        `${bytesText(access)} behind r${access.register} are ${verb(access)}, beyond the end of the map value`,
        "keep the index below the size of the value: check it against both ends, as an unsigned number, before it is added",
      ),
  ],
  [
    /^Upper bound must be at most (total_stack_size|r10)/,
    (access) =>
      explain(
        "stack",
        `${bytesText(access)} behind r${access.register} are ${verb(access)}, beyond the end of the stack`,
        "keep the size and the index below the size of the variable: a size from the packet or a map needs a check first",
      ),
  ],
  [
    /^Upper bound must be at most \d+/,
    (access) =>
      explain(
        "context",
        `${bytesText(access)} of the context are ${verb(access)}, beyond its end`,
        "this program type's context is smaller: check the type of the program's section and of its argument",
      ),
  ],
  [
    /^Lower bound must be at least meta_offset/,
    (access) =>
      explain(
        "bounds",
        `the offset of r${access.register} in the packet may be negative`,
        "make the index unsigned, or check that it is not below 0 before it is added",
      ),
  ],
  [
    /^Lower bound must be at least/,
    (access) =>
      explain(
        "bounds",
        `r${access.register} may point before the start of the memory that it belongs to`,
        "check that the index is not negative, or make it unsigned, before it is added",
      ),
  ],
  [
    /^Stack content is not numeric/,
    (access, { instruction }) => {
      const callee = instruction.kind === "call" ? (instruction.target?.name ?? "the helper") : "this instruction";
      return explain(
        "initialization",
        `${callee} reads stack bytes through r${access.register} that were never written, or hold a pointer`,
        "initialise the whole variable, padding included: = {0} does",
      );
    },
  ],
  [
    /^Cannot write to context pointer field/,
    (access) =>
      explain(
        "context",
        `${bytesText(access)} of the context hold a pointer of the packet, and are written`,
        "these fields are read-only: write the packet through them, or leave them",
      ),
  ],
  [
    /^(Only pointers can be dereferenced|Non-null number)/,
    (access) =>
      explain(
        "type",
        `r${access.register} is a number, and is used as an address`,
        "make sure that a pointer is there on every path; a null pointer is only allowed with a size of 0",
      ),
  ],
  [
    /^Non-zero access size with null pointer/,
    (access) =>
      explain("null", `r${access.register} may be null while the size is not 0`, "pass a pointer, or 0 for the size"),
  ],
  [
    /^FDs cannot be dereferenced directly/,
    (access) =>
      explain(
        "map",
        `r${access.register} is a map, and is used as an address`,
        "look a value up with bpf_map_lookup_elem: a map's own memory cannot be read",
      ),
  ],
  [
    /^Function pointers cannot be dereferenced/,
    (access) =>
      explain(
        "type",
        `r${access.register} is a function's address, and code cannot be read`,
        "pass it to a helper only",
      ),
  ],
  [
    /^Socket/,
    (access) =>
      explain(
        "type",
        `r${access.register} points to a socket, and this access is not among those that are allowed`,
        "read whole fields of the socket, at constant offsets, and write none",
      ),
  ],
];

/** A memory access that may go wrong, or the comparison of a pointer that may be out of bounds. */
export function explainAccess(access: ValidAccess, circumstances: Circumstances): Explanation {
  const row = ROWS.find(([pattern]) => pattern.test(circumstances.message));
  return row?.[1](access, circumstances) ?? explain("bounds", circumstances.message);
}
