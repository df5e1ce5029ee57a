import { createSocket } from "node:dgram";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type BpfObject, openRuntime, type Runtime, simulate, u32, u64 } from "../../src/index.ts";
import { whyNoLibbpf } from "./usable.ts";
import { VethPair, whyNoVeth } from "./veth.ts";

const file = resolve(import.meta.dirname, "programs/linux_hooks.o");
const why = whyNoLibbpf() ?? whyNoVeth();
/** Where cgroups of the second version are mounted, which programs are attached to. */
const cgroups = /^\S+ (\S+) cgroup2 /m.exec(why === undefined ? readFileSync("/proc/mounts", "utf8") : "")?.[1];

describe("hooks that only Linux has", () => {
  it("given a simulated kernel, then supports says that it has none", () => {
    const runtime = simulate();
    expect(runtime.supports("linux-hooks")).toBe(false);
    runtime.close();
  });
});

describe.skipIf(why !== undefined)(`on this kernel${why === undefined ? "" : ` (skipped: ${why})`}`, () => {
  let runtime: Runtime;
  let object: BpfObject;
  const runs = (hook: number) => object.maps.get("runs").as(u32, u64).get(hook) ?? 0n;
  const attach = (name: string, options = {}) => object.programs.get(name).attach(options);

  beforeAll(async () => {
    runtime = openRuntime("libbpf");
    object = await runtime.load(file);
  });
  afterAll(() => runtime?.close());

  it("given tc programs at both ways of an interface, when echo requests are answered, then both have run", async () => {
    expect(runtime.supports("linux-hooks")).toBe(true);
    const veth = new VethPair();
    try {
      const links = [await attach("at_ingress", veth), await attach("at_egress", veth)];
      expect(veth.ping(3)).toBe(3);
      expect(runs(0)).toBeGreaterThanOrEqual(3n);
      expect(runs(1)).toBeGreaterThanOrEqual(3n);
      expect(links.map((link) => link.info.programType)).toEqual(["sched_cls", "sched_cls"]);
      for (const link of links) link.close();
      const before = runs(0);
      expect(veth.ping(2)).toBe(2);
      expect(runs(0)).toBe(before);
    } finally {
      veth.close();
    }
  });

  it.skipIf(cgroups === undefined)(
    "given a cgroup, when a process of it binds a socket, then its program has run",
    async () => {
      const folder = mkdtempSync(join(cgroups ?? "", "winbpf-"));
      const home = join(cgroups ?? "", /^0::\/(.*)$/m.exec(readFileSync("/proc/self/cgroup", "utf8"))?.[1] ?? "");
      try {
        const link = await attach("at_bind", { cgroup: folder });
        writeFileSync(join(folder, "cgroup.procs"), String(process.pid));
        const socket = createSocket("udp4").bind(0, "127.0.0.1");
        await once(socket, "listening");
        socket.close();
        expect(runs(2)).toBe(1n);
        expect(link.info.linkType).toBe(2);
        link.close();
      } finally {
        writeFileSync(join(home, "cgroup.procs"), String(process.pid));
        rmdirSync(folder);
      }
    },
  );

  it("given a raw tracepoint, then its program runs with every event until the link is closed", async () => {
    const link = await attach("at_raw_tracepoint");
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(runs(3)).toBeGreaterThan(0n);
    link.close();
    // Programs that were under way end.
    await runtime.synchronize();
    const after = runs(3);
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(runs(3)).toBe(after);
  });

  it("given a tracepoint or a probe that this kernel may lack, then it is attached, or EBPF_ATTACH_FAILED says why", async () => {
    for (const [name, hook] of [
      ["at_tracepoint", 4],
      ["at_probe", 5],
    ] as const) {
      const link = await attach(name).catch((error: unknown) => error);
      if (link instanceof Error) {
        expect(link).toMatchObject({ code: "EBPF_ATTACH_FAILED", hint: expect.stringContaining("section") });
        continue;
      }
      expect(process.ppid).toBeGreaterThan(0);
      await new Promise((resolve) => setTimeout(resolve, 20));
      expect(runs(hook)).toBeGreaterThanOrEqual(0n);
    }
    for (const link of runtime.links) link.close();
  });

  it("given what a hook does not take, or nothing where it takes something, then EBPF_INVALID_ARGUMENT", async () => {
    const invalid = { code: "EBPF_INVALID_ARGUMENT", hint: expect.any(String) };
    await expect(attach("at_ingress")).rejects.toMatchObject(invalid);
    await expect(attach("at_ingress", { cgroup: "/" })).rejects.toMatchObject(invalid);
    await expect(attach("at_bind")).rejects.toMatchObject(invalid);
    await expect(attach("at_bind", { ifIndex: 1 })).rejects.toMatchObject(invalid);
    await expect(attach("at_raw_tracepoint", { ifIndex: 1 })).rejects.toMatchObject(invalid);
    await expect(attach("at_bind", { cgroup: "/nowhere" })).rejects.toMatchObject({ code: "EBPF_ATTACH_FAILED" });
    await expect(attach("at_ingress", { ifIndex: 0x7fff_ffff })).rejects.toMatchObject({ code: "EBPF_ATTACH_FAILED" });
  });
});
