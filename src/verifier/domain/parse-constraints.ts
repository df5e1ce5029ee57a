import { EbpfError } from "../../errors.ts";
import { type TypeSet, typeSet, VALUE_TYPES } from "../ir/index.ts";
import { canonical, type Integer } from "./integer.ts";
import { KIND_NAMES } from "./kind.ts";
import { atMost, type Constraint, equal, Linear } from "./linear.ts";
import { State } from "./state.ts";
import type { Location, Variable, VariableSpace } from "./variable-space.ts";

const KINDS: readonly string[] = KIND_NAMES;
const TYPES: readonly string[] = VALUE_TYPES;

const REGISTER = String.raw`r(\d\d?)`;
const KIND = `(svalue|uvalue|ctx_offset|map_fd|map_fd_programs|packet_offset|shared_offset|stack_offset|shared_region_size|stack_numeric_size)`;
const NUMBER = String.raw`\[?([-+]?(?:0x)?[0-9a-f]+)\]?`;
const INTERVAL = String.raw`\[([-+]?\d+),\s*([-+]?\d+)\]?`;
const SPECIAL = "(packet_size|meta_offset)";
const CELL = String.raw`s\[([-+]?\d+)\.\.\.\s*([-+]?\d+)\]?`;
const TYPE = "(shared|number|packet|stack|ctx|map_fd|map_fd_programs)";

/** What the lines say, before it is added up: equalities of types come first, numbers last. */
interface Collected {
  readonly space: VariableSpace;
  readonly equalities: (readonly [Location, Location])[];
  readonly restrictions: (readonly [Location, TypeSet])[];
  readonly numbers: Constraint[];
  readonly ranges: (readonly [number, number])[];
}

type Rule = readonly [pattern: RegExp, apply: (collected: Collected, groups: readonly string[]) => void];

function rule(pattern: string, apply: Rule[1]): Rule {
  return [new RegExp(`^\\s*${pattern}\\s*$`), apply];
}

function integer(text: string): bigint {
  const digits = text.replace(/^[-+]/, "");
  return text.startsWith("-") ? -BigInt(digits) : BigInt(digits);
}

function number(text: string, kind: string): Integer {
  return canonical(kind === "uvalue" ? BigInt.asUintN(64, integer(text)) : integer(text));
}

function registerVariable({ space }: Collected, register: string, kind: string): Variable {
  return space.register(Number(register)).variable(KINDS.indexOf(kind));
}

function special({ space }: Collected, name: string): Variable {
  return name === "packet_size" ? space.packetSize : space.metaOffset;
}

function cell({ space }: Collected, first: string, last: string): Location {
  return space.cell(Number(first), Number(last) - Number(first) + 1);
}

function bounds(collected: Collected, variable: Variable, lower: Integer, upper: Integer): void {
  collected.numbers.push(atMost(Linear.constant(lower), variable), atMost(variable, Linear.constant(upper)));
}

function typeNumber(name: string): number {
  return TYPES.indexOf(name);
}

function typesNamedIn(text: string): TypeSet {
  const names = [...text.matchAll(new RegExp(TYPE, "g"))].map((match) => match[1] ?? "");
  if (names.length === 0)
    throw new EbpfError("EBPF_INVALID_SYNTAX", `Empty type set in 'in { ... }' constraint: ${text}`);
  return typeSet(...names.map(typeNumber));
}

const RULES: readonly Rule[] = [
  rule(`${SPECIAL}=${NUMBER}`, (all, [name = "", value = ""]) => {
    all.numbers.push(equal(special(all, name), Linear.constant(number(value, ""))));
  }),
  rule(`${SPECIAL}=${INTERVAL}`, (all, [name = "", lower = "", upper = ""]) => {
    bounds(all, special(all, name), number(lower, ""), number(upper, ""));
  }),
  rule(`${SPECIAL}=${REGISTER}\\.${KIND}`, (all, [name = "", register = "", kind = ""]) => {
    all.numbers.push(equal(special(all, name), registerVariable(all, register, kind)));
  }),
  rule(`${REGISTER}\\.${KIND}=${SPECIAL}`, (all, [register = "", kind = "", name = ""]) => {
    all.numbers.push(equal(registerVariable(all, register, kind), special(all, name)));
  }),
  rule(`${REGISTER}\\.${KIND}=${REGISTER}\\.${KIND}`, (all, [r = "", k = "", s = "", l = ""]) => {
    all.numbers.push(equal(registerVariable(all, r, k), registerVariable(all, s, l)));
  }),
  rule(`${REGISTER}\\.type=${REGISTER}\\.type`, (all, [a = "", b = ""]) => {
    all.equalities.push([all.space.register(Number(a)), all.space.register(Number(b))]);
  }),
  rule(`${REGISTER}\\.type=\\s*${TYPE}`, (all, [register = "", type = ""]) => {
    all.restrictions.push([all.space.register(Number(register)), typeSet(typeNumber(type))]);
  }),
  rule(`${REGISTER}\\.type\\s*in\\s*\\{\\s*([^}]*)\\s*\\}`, (all, [register = "", types = ""]) => {
    all.restrictions.push([all.space.register(Number(register)), typesNamedIn(types)]);
  }),
  rule(`${REGISTER}\\.${KIND}=${NUMBER}`, (all, [register = "", kind = "", value = ""]) => {
    all.numbers.push(equal(registerVariable(all, register, kind), Linear.constant(number(value, kind))));
  }),
  rule(`${REGISTER}\\.${KIND}=${INTERVAL}`, (all, [register = "", kind = "", lower = "", upper = ""]) => {
    bounds(all, registerVariable(all, register, kind), number(lower, kind), number(upper, kind));
  }),
  rule(
    `${REGISTER}\\.${KIND}-${REGISTER}\\.${KIND}<=${NUMBER}`,
    (all, [r = "", k = "", s = "", l = "", limit = ""]) => {
      const difference = Linear.variable(registerVariable(all, r, k)).plusVariable(registerVariable(all, s, l), -1);
      all.numbers.push(atMost(difference, Linear.constant(number(limit, ""))));
    },
  ),
  rule(`${CELL}\\.type=\\s*${TYPE}`, (all, [first = "", last = "", type = ""]) => {
    if (type === "number") all.ranges.push([Number(first), Number(last) - Number(first) + 1]);
    else all.restrictions.push([cell(all, first, last), typeSet(typeNumber(type))]);
  }),
  rule(`${CELL}\\.(svalue|uvalue)=${NUMBER}`, (all, [first = "", last = "", kind = "", value = ""]) => {
    const variable = cell(all, first, last).variable(KINDS.indexOf(kind));
    all.numbers.push(equal(variable, Linear.constant(number(value, kind))));
  }),
];

/**
 * The state that lines in the notation of PREVAIL's test cases describe, such as `r1.type=number`, `r1.svalue=[0, 5]`,
 * `r1.svalue-r2.svalue<=3` or `s[504...511].type=number`. Throws `EBPF_INVALID_SYNTAX` for other lines.
 */
export function parseConstraints(lines: readonly string[], space: VariableSpace): State {
  if (lines.length === 1 && lines[0] === "_|_") return State.bottom(space);
  const collected: Collected = { space, equalities: [], restrictions: [], numbers: [], ranges: [] };
  for (const line of [...new Set(lines)].sort()) collect(collected, line);
  const state = State.top(space);
  let possible = true;
  for (const [a, b] of collected.equalities) possible = state.types.equate(a, b) && possible;
  for (const [location, types] of collected.restrictions) possible = state.types.restrict(location, types) && possible;
  state.values.addAll(collected.numbers);
  if (!possible || state.isBottom()) return State.bottom(space);
  for (const [start, width] of collected.ranges) state.stack.initializeNumbers(start, width);
  return state;
}

function collect(collected: Collected, line: string): void {
  for (const [pattern, apply] of RULES) {
    const match = pattern.exec(line);
    if (match === null) continue;
    apply(collected, match.slice(1));
    return;
  }
  throw new EbpfError("EBPF_INVALID_SYNTAX", `Unknown constraint: ${line}`);
}
