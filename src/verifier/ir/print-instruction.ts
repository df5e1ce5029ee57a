import type { SingleArgumentKind } from "./call.ts";
import type {
  Access,
  AtomicOperation,
  BinaryOperation,
  Call,
  ComparisonOperation,
  Condition,
  IrInstruction,
  LoadAddress,
  Packet,
  UnaryOperation,
} from "./instruction.ts";
import { operandText } from "./print-assertion.ts";

const BINARY_SIGNS: Readonly<Record<BinaryOperation, string>> = {
  mov: "",
  add: "+",
  sub: "-",
  mul: "*",
  udiv: "/",
  umod: "%",
  or: "|",
  and: "&",
  lsh: "<<",
  rsh: ">>",
  arsh: ">>>",
  xor: "^",
  sdiv: "s/",
  smod: "s%",
  movsx8: "s8",
  movsx16: "s16",
  movsx32: "s32",
};

const COMPARISON_SIGNS: Readonly<Record<ComparisonOperation, string>> = {
  eq: "==",
  ne: "!=",
  set: "&==",
  nset: "&!=",
  lt: "<",
  le: "<=",
  gt: ">",
  ge: ">=",
  slt: "s<",
  sle: "s<=",
  sgt: "s>",
  sge: "s>=",
};

const ATOMIC_SIGNS: Readonly<Record<AtomicOperation, string>> = {
  add: "+",
  or: "|",
  and: "&",
  xor: "^",
  xchg: "x",
  cmpxchg: "cx",
};

const UNARY_PREFIX = (operation: UnaryOperation): string => (operation === "neg" ? "-" : `${operation} `);

const ARGUMENT_NAMES: Readonly<Record<SingleArgumentKind, string>> = {
  map: "map_fd",
  "map-of-programs": "map_fd_programs",
  "map-key": "map_key",
  "map-value": "map_value",
  ctx: "ctx",
  stack: "stack",
  func: "func",
  anything: "uint64_t",
  socket: "socket",
  "btf-id": "btf_id",
  "alloc-mem": "alloc_mem",
  "spin-lock": "spin_lock",
  timer: "timer",
  "size-or-zero": "size?",
  "writable-long": "out_long",
  "writable-int": "out_int",
};

function memoryText(access: Access, signed = false): string {
  const sign = access.offset < 0 ? "-" : "+";
  return `*(${signed ? "s" : "u"}${access.width * 8} *)(r${access.base} ${sign} ${Math.abs(access.offset)})`;
}

export function conditionText(condition: Condition): string {
  const sign = `${condition.is64 ? "" : "w"}${COMPARISON_SIGNS[condition.operation]}`;
  return `r${condition.left} ${sign} ${operandText(condition.right)}`;
}

function packetText(packet: Packet): string {
  const index = packet.index === undefined ? [] : [`r${packet.index}`];
  const offset = packet.offset === 0 ? [] : [`${packet.offset}`];
  return `r0 = *(u${packet.width * 8} *)skb[${[...index, ...offset].join(" + ")}]`;
}

function addressText(load: LoadAddress): string {
  switch (load.form) {
    case "variable":
      return `variable_addr(${load.imm})`;
    case "code":
      return `code_addr(${load.imm})`;
    case "map-by-index":
      return `map_by_idx(${load.imm})`;
    case "map-value-by-index":
      return `mva(map_by_idx(${load.imm})) + ${load.high}`;
  }
}

const CALLS: Readonly<Record<Call["callee"], string>> = {
  helper: "call",
  "kernel-function": "call_kfunc",
  builtin: "call_builtin",
};

function callText({ callee, id, target }: Call): string {
  if (target === undefined) return `r0 = ${CALLS[callee]}:${id}`;
  const { singles, pairs } = target.contract;
  const argumentsText: string[] = [];
  for (let register = 1; register <= 5; register++) {
    const single = singles.find((argument) => argument.register === register);
    const pair = pairs.find((argument) => argument.memory === register);
    if (single !== undefined) {
      argumentsText.push(`${ARGUMENT_NAMES[single.kind]}${single.orNull ? "?" : ""} r${register}`);
    } else if (pair !== undefined) {
      const pointer = `${pair.kind === "readable" ? "mem" : "out"}${pair.orNull ? "?" : ""} r${register}`;
      argumentsText.push(`${pointer}[r${pair.size}${pair.canBeZero ? "?" : ""}], uint64_t r${pair.size}`);
      register++;
    } else break;
  }
  return `r0 = ${target.name}:${id}(${argumentsText.join(", ")})`;
}

/** One instruction as verification reports write it. Jumps name their target's slot. */
export function printInstruction(instruction: IrInstruction): string {
  switch (instruction.kind) {
    case "undefined":
      return "";
    case "binary": {
      const dst = `${instruction.is64 ? "r" : "w"}${instruction.dst}`;
      const sign = BINARY_SIGNS[instruction.operation];
      return `${dst} ${sign}= ${operandText(instruction.operand)}${instruction.wide ? " ll" : ""}`;
    }
    case "unary":
      return `r${instruction.dst} = ${UNARY_PREFIX(instruction.operation)}r${instruction.dst}`;
    case "load-map":
      return `r${instruction.dst} = map_fd ${instruction.fd}`;
    case "load-map-address":
      return `r${instruction.dst} = map_val(${instruction.fd}) + ${instruction.offset}`;
    case "load-address":
      return `r${instruction.dst} = ${addressText(instruction)}`;
    case "call":
      return callText(instruction);
    case "call-local":
      return `call <${instruction.target}>`;
    case "call-register":
      return `callx r${instruction.register}`;
    case "exit":
      return "exit";
    case "jump": {
      const condition = instruction.condition === undefined ? "" : `if ${conditionText(instruction.condition)} `;
      return `${condition}goto label <${instruction.target}>`;
    }
    case "memory": {
      const memory = memoryText(instruction.access, instruction.isLoad && instruction.isSigned);
      const operand = operandText(instruction.operand);
      return instruction.isLoad ? `${operand} = ${memory}` : `${memory} = ${operand}`;
    }
    case "packet":
      return packetText(instruction);
    case "atomic": {
      const always = instruction.operation === "xchg" || instruction.operation === "cmpxchg";
      const fetch = instruction.fetch && !always ? " fetch" : "";
      const sign = ATOMIC_SIGNS[instruction.operation];
      return `lock ${memoryText(instruction.access)} ${sign}= r${instruction.value}${fetch}`;
    }
    case "assume":
      return `assume ${conditionText(instruction.condition)}`;
    case "increment-loop-counter":
      return `pc[${instruction.loop}]++`;
  }
}
