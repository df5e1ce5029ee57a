import { describe, expect, test } from "vitest";
import { check } from "../../../src/verifier/check/index.ts";
import { DIALECTS } from "../../../src/verifier/dialect.ts";
import { entryState, parseConstraints, State, VariableSpace } from "../../../src/verifier/domain/index.ts";
import type { Environment, VerifiedMap } from "../../../src/verifier/environment.ts";
import { type Assertion, immediateOperand, registerOperand, type ValidAccess } from "../../../src/verifier/ir/index.ts";
import { environmentOf } from "../environment.ts";

const MAP: VerifiedMap = { fd: 1, name: "m", type: 1, keySize: 8, valueSize: 4, maxEntries: 4, innerFd: -1 };
const BASE = ["r10.type=stack", "r10.stack_offset=4096", "packet_size=[0, 65534]", "meta_offset=[-4098, 0]"];

function messageFor(lines: readonly string[], assertion: Assertion, environment: Environment = environmentOf()) {
  const state = parseConstraints([...BASE, ...lines], new VariableSpace(4096));
  return check(state, assertion, environment)?.message;
}

function access(overrides: Partial<ValidAccess> = {}): ValidAccess {
  return {
    kind: "valid-access",
    callStackDepth: 1,
    register: 1,
    offset: 0,
    width: immediateOperand(8),
    orNull: false,
    mode: "read",
    ...overrides,
  };
}

describe("given a stack pointer", () => {
  const pointer = ["r1.type=stack", "r1.stack_offset=4088"];
  const written = "s[4088...4095].type=number";

  test("when bytes inside the frame that were written are read, then nothing is wrong", () => {
    expect(messageFor([...pointer, written], access())).toBeUndefined();
  });

  test("when bytes that were not written are read, then that is said; writing them is fine", () => {
    expect(messageFor(pointer, access())).toBe("Stack content is not numeric");
    expect(messageFor(pointer, access({ mode: "write" }))).toBeUndefined();
  });

  test("when an end lies outside, then the bound in question is named", () => {
    expect(messageFor([...pointer, written], access({ offset: 1 }))).toBe(
      "Upper bound must be at most total_stack_size",
    );
    expect(messageFor(["r1.type=stack", "r1.stack_offset=3583"], access())).toBe(
      "Lower bound must be at least r10.stack_offset - subprogram_stack_size",
    );
  });
});

describe("given a packet pointer", () => {
  const pointer = ["r1.type=packet", "r1.packet_offset=0"];

  test("when the packet is known to be long enough, then it may be read", () => {
    expect(messageFor([...pointer, "packet_size=[8, 65534]"], access())).toBeUndefined();
    expect(messageFor(pointer, access())).toBe("Upper bound must be at most packet_size");
  });

  test("when it is only compared, then the largest packet counts", () => {
    const compared = access({ width: immediateOperand(0), mode: "compare", offset: 65535 });
    expect(messageFor(pointer, compared)).toBeUndefined();
    expect(messageFor(pointer, { ...compared, offset: 65536 })).toBe("Upper bound must be at most 65535");
  });
});

describe("given a map value", () => {
  const value = ["r1.type=shared", "r1.shared_offset=0", "r1.shared_region_size=16"];

  test("when it may be null, then it may not be read", () => {
    expect(messageFor([...value, "r1.uvalue=[0, 100]"], access())).toBe("Possible null access");
    expect(messageFor([...value, "r1.uvalue=[1, 100]"], access())).toBeUndefined();
  });

  test("when an access of a register's size may be too long, then the region is named", () => {
    const sized = access({ width: registerOperand(2) });
    const known = [...value, "r1.uvalue=[1, 100]", "r2.type=number"];
    expect(messageFor([...known, "r2.svalue=[0, 16]"], sized)).toBeUndefined();
    expect(messageFor([...known, "r2.svalue=[0, 17]"], sized)).toBe(
      "Upper bound must be at most r1.shared_region_size",
    );
  });
});

describe("given a context pointer", () => {
  const pointer = ["r1.type=ctx", "r1.ctx_offset=0"];

  test("when one of its packet pointers would be overwritten, then that is refused", () => {
    expect(messageFor(pointer, access({ mode: "write", offset: 4 }))).toBe("Cannot write to context pointer field");
    expect(messageFor(pointer, access({ mode: "write", offset: 24 }))).toBeUndefined();
    expect(messageFor(pointer, access({ offset: 28 }))).toBe("Upper bound must be at most 32");
  });
});

describe("given a register that is not a pointer", () => {
  test("when it is dereferenced, then null counts only where nothing is read", () => {
    const number = ["r1.type=number", "r1.svalue=0"];
    expect(messageFor(number, access())).toBe("Only pointers can be dereferenced");
    expect(messageFor(number, access({ orNull: true }))).toBe("Non-zero access size with null pointer");
    expect(messageFor(["r1.type=number"], access({ orNull: true }))).toBe("Non-null number");
    expect(messageFor([], access())).toBe("Invalid type");
  });
});

describe("given a map and a key on the stack", () => {
  const environment = environmentOf({ maps: [MAP, { ...MAP, fd: 2, keySize: 4 }] });
  const key = { kind: "valid-map-key-value", access: 2, map: 1, isKey: true } as const;
  const pointer = ["r2.type=stack", "r2.stack_offset=4088", "r1.type=map_fd"];

  test("when some byte of the key was not written, then the range is named", () => {
    expect(messageFor([...pointer, "r1.map_fd=1", "s[4088...4095].type=number"], key, environment)).toBeUndefined();
    expect(messageFor([...pointer, "r1.map_fd=1", "s[4088...4091].type=number"], key, environment)).toBe(
      "Illegal map update with a non-numerical value [4088-4096)",
    );
  });

  test("when maps of different key sizes are possible, then nothing can be said", () => {
    expect(messageFor([...pointer, "r1.map_fd=[1, 2]"], key, environment)).toBe("Map key size is not singleton");
  });
});

describe("given a division that must not be by zero", () => {
  const divisor = { kind: "valid-divisor", register: 1, isSigned: false, is64: false } as const;
  const lines = ["r1.type=number", "r1.svalue=4294967296", "r1.uvalue=4294967296"];

  test("when only the low half is zero, then Windows 1.6 does not see it (D18)", () => {
    const answers = (["latest", "windows-1.6"] as const).map((name) =>
      messageFor(lines, divisor, environmentOf({ dialect: DIALECTS[name], allowDivisionByZero: false })),
    );
    expect(answers).toEqual(["Possible division by zero", undefined]);
  });
});

describe("given pointers that are compared or added", () => {
  const comparable = { kind: "comparable", left: 1, right: 2, orRightIsNumber: false } as const;

  test("when both are of one region and inside it, then they may be; map values are not one region", () => {
    const stack = ["r1.type=stack", "r1.stack_offset=4000", "r2.type=stack", "r2.stack_offset=4008"];
    expect(messageFor(stack, comparable)).toBeUndefined();
    expect(messageFor(["r1.type=shared", "r2.type=shared"], comparable)).toBe(
      "Cannot subtract pointers to non-singleton regions",
    );
    expect(messageFor(["r1.type=stack", "r2.type=packet"], comparable)).toBe(
      "Cannot subtract pointers to different regions",
    );
  });

  test("when both summands may be pointers, then they may not be added", () => {
    const addable = { kind: "addable", pointer: 1, number: 2 } as const;
    expect(messageFor(["r1.type=stack", "r2.type=stack"], addable)).toBe("Only numbers can be added to pointers");
    expect(messageFor(["r1.type=number", "r2.type=stack"], addable)).toBeUndefined();
  });
});

describe("given a program's beginning, or no way to a place", () => {
  test("when checked, then r1 is the whole context and r10 the end of the stack; bottom satisfies everything", () => {
    const space = new VariableSpace(4096);
    const state = entryState(environmentOf(), space);
    const untouched = { kind: "zero-context-offset", register: 1, orNull: false } as const;
    expect(check(state, untouched, environmentOf())).toBeUndefined();
    expect(check(state, access({ register: 10, offset: -512, mode: "write" }), environmentOf())).toBeUndefined();
    expect(check(State.bottom(space), access(), environmentOf())).toBeUndefined();
  });
});
