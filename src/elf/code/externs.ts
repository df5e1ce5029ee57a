import { CLASS_MASK, InstructionClass, type Slots } from "./instruction-slots.ts";

/** Constants that the Linux kernel gives to undefined variables of these names, as PREVAIL assumes them. */
const constants: ReadonlyMap<string, bigint> = new Map([
  ["LINUX_KERNEL_VERSION", 0x060600n],
  ["LINUX_HAS_SYSCALL_WRAPPER", 1n],
  ["LINUX_HAS_BPF_COOKIE", 1n],
  ["CONFIG_HZ", 250n],
  ["CONFIG_BPF_SYSCALL", 1n],
  // The first character of "localhost": programs look whether the name is empty.
  ["CONFIG_DEFAULT_HOSTNAME", 108n],
]);

/** Functions that compilers call on their own. */
export const builtins: ReadonlySet<string> = new Set(["memset", "memcpy", "memmove", "memcmp"]);

const MODE_MASK = 0xe0;
const MODE_MEM = 0x60;
const MODE_MEMSX = 0x80;
const MOV32_IMM = 0xb4;
const MOV64_IMM = 0xb7;
const MOV64_REG = 0xbf;
/** Bytes by the size field of a load's opcode. */
const widths: ReadonlyMap<number, number> = new Map([
  [0x00, 4],
  [0x08, 2],
  [0x10, 1],
  [0x18, 8],
]);

/**
 * An `lddw` of a variable that nothing defines: a known constant replaces the load that follows, and of anything else
 * the address is 0.
 */
export function resolveExternVariable(slots: Slots, slot: number, name: string): void {
  const value = constants.get(name);
  if (value !== undefined && replaceLoad(slots, slot, value)) return;
  slots.setImm(slot, 0);
  slots.setImm(slot + 1, 0);
}

function replaceLoad(slots: Slots, slot: number, value: bigint): boolean {
  const load = slot + 2;
  if (load >= slots.count) return false;
  const opcode = slots.opcode(load);
  const mode = opcode & MODE_MASK;
  if ((opcode & CLASS_MASK) !== InstructionClass.LDX || (mode !== MODE_MEM && mode !== MODE_MEMSX)) return false;
  if (slots.src(load) !== slots.dst(slot) || slots.offset(load) !== 0) return false;
  const width = widths.get(opcode & 0x18) ?? 8;
  const signed = mode === MODE_MEMSX && width < 8;
  const narrow = signed ? BigInt.asIntN(width * 8, value) : BigInt.asUintN(width * 8, value);
  if (narrow !== BigInt.asIntN(32, narrow)) return false;
  slots.setOpcode(load, width === 8 || mode === MODE_MEMSX ? MOV64_IMM : MOV32_IMM);
  slots.setSrc(load, 0);
  slots.setImm(load, Number(narrow));
  for (const idle of [slot, slot + 1]) {
    const register = slots.dst(idle);
    slots.setOpcode(idle, MOV64_REG);
    slots.setSrc(idle, register);
    slots.setOffset(idle, 0);
    slots.setImm(idle, 0);
  }
  return true;
}
