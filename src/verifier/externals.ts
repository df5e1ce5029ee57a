import { linuxBuiltins, linuxKernelFunctions, unknownExtern } from "../platform/linux/index.ts";
import type { Reference } from "../spec/index.ts";
import type { Slot } from "./ir/index.ts";
import type { VerifiedPlatform } from "./platform/index.ts";

/** Code with its calls of outside functions numbered as the platform numbers them. */
export interface LinkedSlots {
  readonly kind: "linked";
  readonly slots: readonly Slot[];
  /** Slots whose call is of a compiler builtin. */
  readonly builtins: ReadonlySet<number>;
}

/** A function that there is not, or that is not found. */
export interface UnresolvedCall {
  readonly kind: "unresolved";
  readonly slot: number;
}

const KERNEL_FUNCTION_CALL = 2;

/**
 * Gives calls of functions that nothing in the object defines their numbers. Where the platform knows no such function
 * the object cannot be loaded there. Of maps and functions that the file does not name the number stays that the compiler
 * wrote, and of functions' addresses no other is resolved, as in both versions of PREVAIL (src/io/elf_reader.cpp).
 */
export function linkExternals(
  slots: readonly Slot[],
  references: readonly Reference[],
  platform: VerifiedPlatform,
): LinkedSlots | UnresolvedCall {
  const linked = slots.slice();
  const builtins = new Set<number>();
  for (const reference of references) {
    const slot = linked[reference.slot];
    if (slot === undefined || reference.kind === "map-value") continue;
    if (reference.kind === "map" || reference.kind === "function") {
      if (reference.kind === "function" && reference.named === true)
        return { kind: "unresolved", slot: reference.slot };
      if (reference.unnamed !== undefined) linked[reference.slot] = { ...slot, src: 0, imm: reference.unnamed };
      continue;
    }
    if (platform.name !== "linux") return { kind: "unresolved", slot: reference.slot };
    const kernelFunction =
      reference.kind === "kernel-function"
        ? linuxKernelFunctions.find(({ name }) => name === reference.name)
        : undefined;
    if (kernelFunction !== undefined) {
      const { id, module } = kernelFunction;
      linked[reference.slot] = { ...slot, src: KERNEL_FUNCTION_CALL, imm: id, offset: module };
    } else if (reference.kind === "kernel-function" && reference.weak !== true) {
      return { kind: "unresolved", slot: reference.slot };
    } else {
      const callee = linuxBuiltins.find(({ name }) => name === reference.name) ?? unknownExtern;
      linked[reference.slot] = { ...slot, src: 0, imm: callee.id };
      builtins.add(reference.slot);
    }
  }
  return { kind: "linked", slots: linked, builtins };
}
