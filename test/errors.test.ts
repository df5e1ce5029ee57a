import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { EbpfError, FaultError, simulate, VerifierError } from "../src/index.ts";

const logged = (error: unknown) => JSON.parse(JSON.stringify({ error })).error;
const thrown = async (work: () => unknown): Promise<unknown> => {
  try {
    await work();
  } catch (error) {
    return error;
  }
  throw new Error("Nothing was thrown");
};
const programs = (name: string) => resolve(import.meta.dirname, "programs", name);

describe("an error in a structured log", () => {
  it("has its message, which JSON.stringify leaves out of other errors, and all else that it says", () => {
    const cause = Object.assign(new Error("no such file"), { code: "ENOENT" });
    const error = new EbpfError("EBPF_UNREADABLE", "x.o cannot be read", {
      hint: "Check the path.",
      native: { errno: 2 },
      cause,
    });
    expect(logged(error)).toEqual({
      name: "EbpfError",
      code: "EBPF_UNREADABLE",
      message: "x.o cannot be read",
      hint: "Check the path.",
      native: { errno: 2 },
      cause: { name: "Error", message: "no such file", code: "ENOENT" },
    });
  });

  it.each([
    [
      "an error that winbpf threw",
      new EbpfError("EBPF_CLOSED", "closed"),
      { name: "EbpfError", code: "EBPF_CLOSED", message: "closed" },
    ],
    [
      "what AbortSignal.timeout gives",
      new DOMException("late", "TimeoutError"),
      { name: "TimeoutError", message: "late", code: 23 },
    ],
    ["a bigint", 5n, "5"],
    ["an object without a prototype", Object.create(null), "[object Object]"],
    ["a symbol", Symbol("s"), "Symbol(s)"],
    ["a string", "enough", "enough"],
  ])("tells a cause that is %s", (_, cause, expected) => {
    expect(logged(new EbpfError("EBPF_ABORTED", "over", { cause })).cause).toEqual(expected);
  });

  it("ends where causes go round", () => {
    const first = new Error("first");
    first.cause = new Error("second", { cause: first });
    expect(logged(new EbpfError("EBPF_ABORTED", "over", { cause: first })).cause.cause.message).toBe("second");
  });

  it("has 64-bit registers and addresses as decimal strings", async () => {
    using runtime = simulate({ verify: false });
    const object = await runtime.load(programs("refused/null_lookup.o"));
    const [program] = object.programs;
    const error = await thrown(() => program?.run({ data: new Uint8Array(64) }));
    expect(error).toBeInstanceOf(FaultError);
    const { registers, address, message } = logged(error);
    expect(message).toBe(error instanceof Error ? error.message : "");
    expect(registers).toHaveLength(11);
    expect(registers.concat(address).every((each: string) => /^\d+$/.test(each))).toBe(true);
  });

  it("has the verifier's report", async () => {
    using runtime = simulate();
    const error = await thrown(() => runtime.load(readFileSync(programs("refused/null_lookup.o"))));
    expect(error).toBeInstanceOf(VerifierError);
    expect(logged(error)).toMatchObject({
      name: "VerifierError",
      code: "EBPF_VERIFICATION_FAILED",
      message: expect.stringContaining("is refused by the verifier"),
      report: { verdict: "fail" },
    });
  });
});
