import { expect } from "vitest";
import { SimulatedRuntime } from "../../src/index.ts";
import { attachTypes } from "../../src/platform/index.ts";
import { type Kit, u32 } from "./kit.ts";
import { row } from "./row.ts";

const EINVAL = -22;
/** `bpf_prog_type`. */
const [BIND, SOCK_ADDR, SOCK_OPS, PROCESS] = [2, 3, 4, 6];
const STATUS_ACCESS_DENIED = 0xc000_0022 | 0;
const to = "10.0.0.1:443";

/** The machine around a simulated kernel. */
function machine({ runtime }: Kit): SimulatedRuntime {
  if (runtime instanceof SimulatedRuntime) return runtime;
  throw new Error("this row needs a simulated machine");
}

/** Loads a program for a hook, by its section prefix, and attaches it for as long as the link is open. */
async function attach(kit: Kit, section: string, text: string): Promise<number> {
  const row = attachTypes.find((each) => each.section === section);
  const type = kit.bpf.libbpf_prog_type_by_name(section).prog_type ?? 0;
  const code = kit.code(text);
  const { ret, log } = await kit.bpf.bpf_prog_load(type, null, null, code, code.length / 8, { log_size: 65_536 });
  expect(ret, log).toBeGreaterThan(0);
  const guid = kit.bpf.ebpf_get_ebpf_attach_type(row?.number ?? 0).value ?? null;
  const link = await kit.bpf.ebpf_program_attach_by_fds(kit.opened(ret), guid, null);
  expect(link.ret).toBe(0);
  return kit.opened(link.value ?? -1);
}

const returning = (value: number) => `mov %r0, ${value}\nexit`;

/** Runs `check` with programs that return these verdicts on hooks; they are taken off afterwards. */
async function withVerdicts(kit: Kit, verdicts: Readonly<Record<string, number>>, check: () => Promise<void>) {
  const links: number[] = [];
  for (const [section, verdict] of Object.entries(verdicts)) links.push(await attach(kit, section, returning(verdict)));
  await check();
  for (const link of links) kit.bpf.ebpf_close_fd(link);
}

const simulated = { needs: ["simulation"] } as const;

/** Behaviour inventory, section 5. */
export const hookRows = [
  row(
    94,
    "given a sock_addr program's verdict, then reject blocks, soft and hard permit, others block",
    async (kit) => {
      for (const [verdict, allowed] of [
        [0, false],
        [1, true],
        [2, true],
        [3, false],
        [-1, false],
      ] as const) {
        await withVerdicts(kit, { "cgroup/connect4": verdict }, async () => {
          expect((await machine(kit).network.connect({ to })).allowed).toBe(allowed);
        });
      }
    },
    simulated,
  ),

  row(
    95,
    "given connect_authorization, then reject skips it, it may reject what was hard, soft never lowers hard",
    async (kit) => {
      for (const [connect, authorization, verdict] of [
        [0, 2, "REJECT"],
        [2, 0, "REJECT"],
        [2, 1, "PROCEED_HARD"],
        [1, 2, "PROCEED_HARD"],
        [1, 1, "PROCEED_SOFT"],
      ] as const) {
        const verdicts = { "cgroup/connect4": connect, "cgroup/connect_authorization4": authorization };
        await withVerdicts(kit, verdicts, async () => {
          const outcome = await machine(kit).network.connect({ to });
          expect(outcome.verdict).toBe(verdict);
          expect(outcome.runs).toHaveLength(connect === 0 ? 1 : 2);
        });
      }
    },
    simulated,
  ),

  row(
    96,
    "given a listen, then the context has the local address on both sides",
    async (kit) => {
      const kept = kit.map("ARRAY", { value: 64, entries: 1 });
      await attach(
        kit,
        "cgroup/listen4",
        `mov %r6, %r1\nlddw %r1, ${kept}\nstw [%r10-4], 0\nmov %r2, %r10\nadd %r2, -4\ncall ${kit.helper.lookup}
         jeq %r0, 0, out\nldxw %r1, [%r6+4]\nstxw [%r0], %r1\nldxh %r1, [%r6+20]\nstxh [%r0+4], %r1
         ldxw %r1, [%r6+24]\nstxw [%r0+8], %r1\nldxh %r1, [%r6+40]\nstxh [%r0+12], %r1\nout:\nmov %r0, 1\nexit`,
      );
      expect((await machine(kit).network.listen({ address: "10.0.0.2:8080" })).allowed).toBe(true);
      const seen = kit.bpf.bpf_map_lookup_elem(kept, u32(0)).value ?? new Uint8Array(0);
      expect([...seen.subarray(0, 6)]).toEqual([10, 0, 0, 2, 0x1f, 0x90]);
      expect([...seen.subarray(8, 14)]).toEqual([10, 0, 0, 2, 0x1f, 0x90]);
    },
    simulated,
  ),

  row(
    97,
    "given a bind program's action, then soft, hard and redirect permit, deny and others block",
    async (kit) => {
      for (const [action, allowed] of [
        [0, true],
        [1, false],
        [2, true],
        [3, true],
        [4, false],
      ] as const) {
        await withVerdicts(kit, { bind: action }, async () => {
          expect((await machine(kit).network.bind({ address: "10.0.0.2:8080" })).allowed).toBe(allowed);
        });
      }
    },
    simulated,
  ),

  row(
    98,
    "given an app id with a path, then the program sees its last part; an odd number of bytes is an error",
    async (kit) => {
      const text = "ldxdw %r0, [%r1+8]\nldxdw %r2, [%r1]\nsub %r0, %r2\nexit";
      const program = await kit.program(text);
      const run = (data_in: Uint8Array) =>
        kit.bpf.bpf_prog_test_run_opts(program, { ctx_in: new Uint8Array(56), data_in });
      const path = new Uint8Array(Buffer.from("C:\\folder\\app.exe", "utf16le"));
      expect(await run(path)).toMatchObject({ ret: 0, retval: "app.exe".length * 2 });
      expect((await run(path.subarray(1))).ret).toBe(EINVAL);
    },
    { needs: ["sockets"] },
  ),

  row(
    99,
    "given a sockops program's result when established, then 0 permits and others block",
    async (kit) => {
      for (const [result, allowed] of [
        [0, true],
        [1, false],
        [-1, false],
      ] as const) {
        await withVerdicts(kit, { sockops: result }, async () => {
          expect((await machine(kit).network.connect({ to })).allowed).toBe(allowed);
        });
      }
    },
    simulated,
  ),

  row(
    100,
    "given contexts of test runs with data or too short, then INVALID_ARGUMENT",
    async (kit) => {
      for (const type of [SOCK_ADDR, SOCK_OPS]) {
        const code = kit.code(returning(0));
        const program = kit.opened((await kit.bpf.bpf_prog_load(type, null, null, code, code.length / 8)).ret);
        const run = async (ctx_in: Uint8Array | null, data_in: Uint8Array | null = null) =>
          (await kit.bpf.bpf_prog_test_run_opts(program, { ctx_in, data_in, ctx_size_out: 256 })).ret;
        expect(await run(new Uint8Array(64))).toBe(0);
        expect(await run(new Uint8Array(63))).toBe(EINVAL);
        expect(await run(null)).toBe(EINVAL);
        expect(await run(new Uint8Array(64), new Uint8Array(2))).toBe(EINVAL);
      }
    },
    { needs: ["sockets"] },
  ),
  row(
    "100 pointers",
    "given a test run of a bind program, then the pointers of its context come back as zero",
    async (kit) => {
      const program = await kit.program(returning(0));
      const out = await kit.bpf.bpf_prog_test_run_opts(program, {
        ctx_in: new Uint8Array(56).fill(7),
        data_in: new Uint8Array(4),
      });
      expect(out.ctx_out?.subarray(0, 16)).toEqual(new Uint8Array(16));
      expect(out.ctx_out?.subarray(16, 24)).toEqual(new Uint8Array(8).fill(7));
    },
    { needs: ["sockets"] },
  ),

  row(
    101,
    "given the providers, then their program and attach types are those of the tables",
    ({ bpf }) => {
      for (const [number, name] of [
        [BIND, "bind"],
        [SOCK_ADDR, "sock_addr"],
        [SOCK_OPS, "sockops"],
      ] as const) {
        expect(bpf.libbpf_bpf_prog_type_str(number)).toBe(name);
      }
      for (const [number, section] of [
        [2, "bind"],
        [3, "cgroup/connect4"],
        [4, "cgroup/connect6"],
        [5, "cgroup/recv_accept4"],
        [6, "cgroup/recv_accept6"],
        [7, "sockops"],
        [12, "cgroup/connect_authorization4"],
        [13, "cgroup/connect_authorization6"],
        [14, "cgroup/bind4"],
        [15, "cgroup/bind6"],
        [16, "cgroup/listen4"],
        [17, "cgroup/listen6"],
      ] as const) {
        expect(bpf.libbpf_bpf_attach_type_str(number)).toBe(section);
        expect(bpf.libbpf_attach_type_by_name(section)).toEqual({ ret: 0, value: number });
      }
      expect([bpf.libbpf_bpf_prog_type_str(12_345), bpf.libbpf_bpf_attach_type_str(9)]).toEqual([null, null]);
    },
    { needs: ["sockets"] },
  ),

  row(
    102,
    "given a process that starts, then a program may deny it; its end is only told; its path and account are known",
    async (kit) => {
      expect(kit.bpf.libbpf_bpf_prog_type_str(PROCESS)).toBe("process");
      const { processes } = machine(kit);
      const image = "C:\\Windows\\notepad.exe";
      await withVerdicts(kit, { process: STATUS_ACCESS_DENIED }, async () => {
        expect(await processes.start({ image })).toMatchObject({ allowed: false, status: STATUS_ACCESS_DENIED });
      });
      // Helpers 65536 and 65537: bytes of the image path and of the account name; 0 where they do not fit.
      for (const [helper, room, fits] of [
        [65_536, 256, true],
        [65_536, 4, false],
        [65_537, 256, true],
      ] as const) {
        const text = `mov %r2, %r10\nadd %r2, -${room}\nmov %r3, ${room}\ncall ${helper}\njeq %r0, 0, none
          mov %r0, 0\nexit\nnone:\nmov32 %r0, -1\nexit`;
        const link = await attach(kit, "process", text);
        expect((await processes.start({ image })).allowed).toBe(fits);
        kit.bpf.ebpf_close_fd(link);
      }
    },
    simulated,
  ),
];
