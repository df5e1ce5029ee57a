import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parse } from "../../src/elf/index.ts";
import { EbpfError } from "../../src/errors.ts";
import { readCapture } from "../../src/net/index.ts";
import { type SimulatedRuntime, simulate } from "../../src/runtime/index.ts";
import type { ObjectSpec, ProgramProof, ProvenAccess } from "../../src/spec/index.ts";
import { verify } from "../../src/verifier/index.ts";

const objectOf = (name: string) => parse(readFileSync(`test/programs/${name}.o`));
const frames = [...readCapture(readFileSync("test/captures/mixed.pcap"))].map(({ data }) => data);

async function proofsOf(object: ObjectSpec): Promise<Record<string, ProgramProof>> {
  const proofs: Record<string, ProgramProof> = {};
  for (const program of object.programs) {
    const { proof } = await verify(object, program, { proof: true });
    if (proof !== undefined) proofs[program.name] = proof;
  }
  return proofs;
}

/** Everything that can be seen of the first program of an object on all frames: alone, repeated and in a batch. */
async function runAll(runtime: SimulatedRuntime, object: ObjectSpec, proofs: Record<string, ProgramProof> = {}) {
  const loaded = await runtime.load(object, { proofs });
  const [program] = loaded.programs;
  if (program === undefined) throw new Error("no program");
  const seen: unknown[] = [];
  const note = async (run: () => Promise<unknown>) => {
    seen.push(await run().catch((error) => (error instanceof EbpfError ? `${error.code} ${error.message}` : error)));
  };
  const strip = ({ returnValue, data }: { returnValue: number; data: Uint8Array }) => [returnValue, [...data]];
  for (const data of frames) await note(async () => strip(await program.run({ data })));
  for (const data of frames.slice(0, 4)) await note(async () => strip(await program.run({ data, repeat: 3 })));
  await note(async () => {
    await program.attach({ ifIndex: 1 });
    const batch = runtime.network.batch();
    for (const frame of frames) batch.add(frame);
    batch.receive(1);
    return frames.map((_, index) => [batch.action(index), [...batch.frame(index)]]);
  });
  for (const map of loaded.maps) {
    await note(async () =>
      [...map].map(([key, value]) =>
        JSON.stringify([key, value], (_, each) => (typeof each === "bigint" ? `${each}` : each)),
      ),
    );
  }
  return { seen, tier: runtime.tierOf(program), program };
}

const XDP = ["bounded_loop", "bpf2bpf", "count_ports", "drop_udp", "echo", "globals", "maps_btf", "stats"];

describe("compiled programs whose accesses are proved", () => {
  it.each([...XDP, "vlan_rewrite", "dns_flood", "checksum_fix"])(
    "given %s and the packets of a capture, then checks are left out and all is as the interpreter has it",
    async (name) => {
      using plain = simulate({ engine: "interpreter" });
      using fast = simulate({ engine: "compiled" });
      const expected = await runAll(plain, objectOf(name));
      const { seen, tier } = await runAll(fast, objectOf(name));
      expect(seen).toEqual(expected.seen);
      expect(tier).toMatchObject({ engine: "compiled", reason: undefined, unproven: undefined });
      expect(tier.checks?.proven).toBeGreaterThan(2 * (tier.checks?.checked ?? 0));
    },
  );

  it("given the kernel's own verifier, then the proof is its own, whatever is handed in", async () => {
    using runtime = simulate({ engine: "compiled" });
    const wrong = { count_ports: { program: "0".repeat(64), accesses: [] } };
    const { tier } = await runAll(runtime, objectOf("count_ports"), wrong);
    expect(tier).toMatchObject({ unproven: undefined, checks: { checked: 0 } });
  });

  it("given a kernel without one and the verifier's proof, then it serves", async () => {
    const object = objectOf("count_ports");
    using bare = simulate({ engine: "compiled", verify: false });
    using given = simulate({ engine: "compiled", verify: false });
    const without = await runAll(bare, object);
    const { seen, tier } = await runAll(given, object, await proofsOf(object));
    expect(seen).toEqual(without.seen);
    expect(without.tier).toMatchObject({ unproven: "there is no proof of it", checks: { proven: 0 } });
    expect(tier).toMatchObject({ unproven: undefined, checks: { checked: 0 } });
  });

  it("given a proof that went through JSON, then it serves as well", async () => {
    const object = objectOf("count_ports");
    using runtime = simulate({ engine: "compiled", verify: false });
    const { tier } = await runAll(runtime, object, JSON.parse(JSON.stringify(await proofsOf(object))));
    expect(tier.unproven).toBeUndefined();
  });

  it.each([
    ["of another program", "drop_udp"],
    ["of a program with other maps", "port_quota"],
  ])("given a proof %s, then it is not used, and the tier says why", async (_what, other) => {
    const [proof] = Object.values(await proofsOf(objectOf(other)));
    if (proof === undefined) throw new Error("no proof");
    using runtime = simulate({ engine: "compiled", verify: false });
    const { tier } = await runAll(runtime, objectOf("count_ports"), { count_ports: proof });
    expect(tier).toMatchObject({
      unproven: "the proof is of another program, or of other maps",
      checks: { proven: 0 },
    });
  });

  it("given a proof of a program that is not in the object, then EBPF_NOT_FOUND", async () => {
    const object = objectOf("count_ports");
    using runtime = simulate({ verify: false });
    const proofs = { other: (await proofsOf(object))["count_ports"] as ProgramProof };
    await expect(runtime.load(object, { proofs })).rejects.toMatchObject({ code: "EBPF_NOT_FOUND" });
  });
});

describe("proofs that are none", () => {
  const access: ProvenAccess = { slot: 3, regions: ["packet"], end: 0, mayBeNull: false };
  const program = "0".repeat(64);
  it.each<[string, unknown]>([
    ["null", null],
    ["a number", 7],
    ["nothing", {}],
    ["no hash", { accesses: [] }],
    ["a short hash", { program: "00", accesses: [] }],
    ["no accesses", { program }],
    ["accesses that are no list", { program, accesses: { length: 1 } }],
    ["an access that is none", { program, accesses: [1] }],
    ["a slot below 0", { program, accesses: [{ ...access, slot: -1 }] }],
    ["half a slot", { program, accesses: [{ ...access, slot: 0.5 }] }],
    ["an endless slot", { program, accesses: [{ ...access, slot: Number.POSITIVE_INFINITY }] }],
    ["a slot twice", { program, accesses: [access, access] }],
    ["no regions", { program, accesses: [{ ...access, regions: [] }] }],
    ["regions that are no list", { program, accesses: [{ ...access, regions: 1 }] }],
    ["a region of its own", { program, accesses: [{ ...access, regions: ["moon"] }] }],
    ["a region twice", { program, accesses: [{ ...access, regions: ["packet", "packet"] }] }],
    ["an end that is no number", { program, accesses: [{ ...access, end: "8" }] }],
    ["an end beyond all memory", { program, accesses: [{ ...access, end: 2 ** 60 }] }],
    ["nothing about null", { program, accesses: [{ ...access, mayBeNull: undefined }] }],
  ])("given %s, then EBPF_INVALID_ARGUMENT", async (_what, proof) => {
    using runtime = simulate({ verify: false });
    const proofs = { count_ports: proof as ProgramProof };
    await expect(runtime.load(objectOf("count_ports"), { proofs })).rejects.toMatchObject({
      code: "EBPF_INVALID_ARGUMENT",
    });
  });

  it("given the right hash and a slot that touches no memory, then EBPF_INVALID_ARGUMENT", async () => {
    const object = objectOf("count_ports");
    const [proof] = Object.values(await proofsOf(object));
    if (proof === undefined) throw new Error("no proof");
    using runtime = simulate({ verify: false });
    for (const slot of [object.programs[0]?.code.length ?? 0, 4_000_000_000]) {
      const accesses = [{ slot, regions: ["packet"] as const, end: 0, mayBeNull: false }];
      const proofs = { count_ports: { ...proof, accesses } };
      await expect(runtime.load(object, { proofs })).rejects.toMatchObject({ code: "EBPF_INVALID_ARGUMENT" });
    }
  });
});
