import { describe, expect, it } from "vitest";
import { VerificationError } from "../../src/errors.ts";
import { MapType } from "../../src/platform/index.ts";
import { verifyLoad } from "../../src/runtime/verify-load.ts";
import { Kernel, SimulatedEngine } from "../../src/simulated/index.ts";
import { loadAssembly } from "./program.ts";

const engine = () => new SimulatedEngine(new Kernel({ verify: verifyLoad }), "test");

// Verdicts and logs of programs without r0 and beyond the context: conformance/ebpfapi/given/prog_load.
describe("loading bare instructions", () => {
  it("given a program that the verifier accepts, then it is loaded", async () => {
    const target = engine();
    const program = await loadAssembly(target, "mov %r0, 1\nexit");
    expect((await target.testRun(program, {})).returnValue).toBe(1);
  });

  it("given r0 without a value, then EACCES with the verifier's words, and no object is left", async () => {
    const target = engine();
    const error = await loadAssembly(target, "exit").catch((reason) => reason);
    expect(error).toBeInstanceOf(VerificationError);
    expect(error).toMatchObject({ code: "EBPF_VERIFICATION_FAILED", native: { result: 1, errno: 13 } });
    expect(error.log).toContain("Invalid type (r0.type == number)");
    expect([...target.kernel.objects]).toEqual([]);
  });

  it("given a map, then its sizes count", async () => {
    const target = engine();
    const map = target.createMap({ name: "", type: MapType.HASH, keySize: 8, valueSize: 8, maxEntries: 1 });
    const read = (offset: number) =>
      `lddw %r1, 0\nmov %r2, %r10\nadd %r2, -8\nstdw [%r10-8], 1\ncall 1\njeq %r0, 0, +1\nldxdw %r0, [%r0+${offset}]\nmov %r0, 0\nexit`;
    await expect(loadAssembly(target, read(0), [{ slot: 0, map }])).resolves.toBeDefined();
    await expect(loadAssembly(target, read(8), [{ slot: 0, map }])).rejects.toBeInstanceOf(VerificationError);
  });

  it("given an endless loop, then it is refused: it could not be shown to end", async () => {
    await expect(loadAssembly(engine(), "mov %r0, 0\nja -1")).rejects.toBeInstanceOf(VerificationError);
  });

  it("given a kernel that does not verify, then it loads what no verifier accepts", async () => {
    const lax = new SimulatedEngine(new Kernel(), "test");
    await expect(loadAssembly(lax, "ldxdw %r0, [%r1+4096]\nexit")).resolves.toBeDefined();
  });
});
