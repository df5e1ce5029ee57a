/** A pointer and the register that holds the size of what it points to. */
export interface BuiltinMemory {
  readonly memory: number;
  readonly size: number;
  readonly access: "readable" | "writable";
}

/** A function that compilers call on their own account, or that an object declares and nothing defines. */
export interface LinuxBuiltin {
  readonly id: number;
  readonly name: string;
  /** Registers that must hold numbers. */
  readonly scalars: readonly number[];
  readonly memory: readonly BuiltinMemory[];
  readonly reallocatesPacket: boolean;
}

const write = (memory: number): BuiltinMemory => ({ memory, size: 3, access: "writable" });
const read = (memory: number): BuiltinMemory => ({ memory, size: 3, access: "readable" });

/** Stands for every other function that nothing defines: takes five numbers, may do anything to the packet. */
export const unknownExtern: LinuxBuiltin = {
  id: -100,
  name: "extern_unspecified",
  scalars: [1, 2, 3, 4, 5],
  memory: [],
  reallocatesPacket: true,
};

/** Compiler builtins by name; ids are PREVAIL's (vbpf/prevail b4318633, src/linux). */
export const linuxBuiltins: readonly LinuxBuiltin[] = [
  { id: -11, name: "memset", scalars: [2], memory: [write(1)], reallocatesPacket: false },
  { id: -12, name: "memcpy", scalars: [], memory: [write(1), read(2)], reallocatesPacket: false },
  { id: -13, name: "memmove", scalars: [], memory: [write(1), read(2)], reallocatesPacket: false },
  { id: -14, name: "memcmp", scalars: [], memory: [read(1), read(2)], reallocatesPacket: false },
  unknownExtern,
];
