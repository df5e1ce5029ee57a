import type { Environment } from "../environment.ts";
import { isUnwritten, T_SHARED, type ValidAccess } from "../ir/index.ts";
import { type Circumstances, nameOf } from "./circumstances.ts";
import { dataWords } from "./data-words.ts";
import {
  notNumeric,
  type Outside,
  outsideContext,
  outsidePacket,
  outsideStack,
  outsideValue,
} from "./explain-memory.ts";
import { unwritten } from "./explain-unwritten.ts";
import { type Explanation, explain } from "./explanation.ts";

type Explainer = (access: ValidAccess, circumstances: Circumstances) => Explanation;

/** Where a bound was missed, by what the verifier calls it; first match. */
const REGIONS: readonly (readonly [RegExp, (outside: Outside) => Explanation])[] = [
  [/packet_size|meta_offset/, outsidePacket],
  [/shared_region_size|alloc_mem_size/, outsideValue],
  [/total_stack_size|subprogram_stack_size|r10/, outsideStack],
];

function outsideExplanation(outside: Outside): Explanation {
  const { message, environment } = outside.circumstances;
  const row = REGIONS.find(([pattern]) => pattern.test(message));
  if (row !== undefined) return row[1](outside);
  // A plain number is the end of a context, or of the largest packet; a plain 0 the start of a map value, or of a context.
  if (outside.access.mode === "compare" && message.endsWith(` ${environment.options.maxPacketSize}`)) {
    return outsidePacket(outside);
  }
  return outside.isLow && outside.state.mayHaveType(outside.access.register, T_SHARED)
    ? outsideValue(outside)
    : outsideContext(outside);
}

/** Windows' number of the helper that moves a packet's start, and Linux'. */
const XDP_ADJUST_HEAD = [0x10000, 44] as const;

function isMover(environment: Environment, id: number): boolean {
  if (!environment.isHelperUsable(id)) return false;
  return environment.resolveCall({ kind: "call", callee: "helper", id, module: 0 }).contract.reallocatesPacket;
}

const pointer = (access: ValidAccess, { instruction }: Circumstances): string => nameOf(access.register, instruction);

/** By what the verifier says, first match. */
const ROWS: readonly (readonly [RegExp, Explainer])[] = [
  [
    /^Possible null access/,
    (access, circumstances) => {
      const after = circumstances.lookup === undefined ? "" : ` after ${circumstances.lookup}`;
      return explain(
        "null",
        `${pointer(access, circumstances)} may be null here`,
        `compare it with 0${after}, and use it only where it is not 0`,
      );
    },
  ],
  [
    /^(Lower|Upper) bound must be/,
    (access, circumstances) => {
      const { state, message } = circumstances;
      if (state === undefined) return explain("bounds", message);
      return outsideExplanation({ access, state, circumstances, isLow: message.startsWith("Lower") });
    },
  ],
  [/^Stack content is not numeric/, notNumeric],
  [
    /^Cannot write to context pointer field/,
    (_access, { environment }) => {
      const { noun, start, end } = dataWords(environment.context);
      const move = XDP_ADJUST_HEAD.some((id) => isMover(environment, id));
      return explain(
        "context",
        `the fields of the context that point to the ${noun} are read-only, and one of them is written`,
        `leave ${start} and ${end} alone: to change the ${noun} write through them` +
          (move ? ", to move its start call bpf_xdp_adjust_head" : ""),
      );
    },
  ],
  [
    /^(Only pointers can be dereferenced|Non-null number)/,
    (access, circumstances) =>
      explain(
        "type",
        `${pointer(access, circumstances)} is a number, and is used as an address`,
        "make sure that a pointer is there on every path; a null pointer is only allowed with a size of 0",
      ),
  ],
  [
    /^Non-zero access size with null pointer/,
    (access, circumstances) =>
      explain(
        "null",
        `${pointer(access, circumstances)} may be null while the size is not 0`,
        "pass a pointer, or 0 for the size",
      ),
  ],
  [
    /^FDs cannot be dereferenced directly/,
    (access, circumstances) =>
      explain(
        "map",
        `${pointer(access, circumstances)} is a map, and is used as an address`,
        "look a value up with bpf_map_lookup_elem: a map's own memory cannot be read",
      ),
  ],
  [
    /^Function pointers cannot be dereferenced/,
    (access, circumstances) =>
      explain(
        "type",
        `${pointer(access, circumstances)} is a function's address, and code cannot be read`,
        "pass it to a helper only",
      ),
  ],
  [
    /^Socket/,
    (access, circumstances) =>
      explain(
        "type",
        `${pointer(access, circumstances)} points to a socket, and this access is not among those that are allowed`,
        "read whole fields of the socket, at constant offsets, and write none",
      ),
  ],
];

/** A memory access that may go wrong, or the comparison of a pointer that may be out of bounds. */
export function explainAccess(access: ValidAccess, circumstances: Circumstances): Explanation {
  const { state, message } = circumstances;
  if (state !== undefined && isUnwritten(state.typesOf(access.register))) {
    return unwritten(access.register, circumstances);
  }
  const row = ROWS.find(([pattern]) => pattern.test(message));
  return row?.[1](access, circumstances) ?? explain("bounds", message);
}
