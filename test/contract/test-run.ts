import { expect } from "vitest";
import { type Kit, u32 } from "./kit.ts";
import { row } from "./row.ts";

const EINVAL = -22;
const ENOBUFS = -119;
const ENOENT = -2;
const EOTHER = -131;
const ESRCH = -3;
/** `ebpf_result_t`. */
const INVALID_ARGUMENT = 6;
const OBJECT_NOT_FOUND = 7;
const XDP = 1;
const BIND = 2;

/** GUIDs of Windows' headers (ebpf_program_attach_type_guids.h), as their 16 bytes lie in memory. */
const BIND_PROGRAM = "7c518c60526c264ab677bb1c34425adf";
const XDP_ATTACH = "efd8e0859e573149b0728ee226bb2e9d";

const hex = (bytes: Uint8Array | null | undefined) => Buffer.from(bytes ?? []).toString("hex");

/** Loads an XDP program. */
async function xdp(kit: Kit, text: string): Promise<number> {
  const code = kit.code(text);
  return kit.opened((await kit.bpf.bpf_prog_load(XDP, null, "GPL", code, code.length / 8)).ret);
}

/** Behaviour inventory, section 7. */
export const testRunRows = [
  row(117, "given a test run with context and data, then value and sizes come back, and a duration", async (kit) => {
    const program = await kit.program("mov %r0, 9\nexit");
    const { context, data } = kit.plain;
    const out = await kit.bpf.bpf_prog_test_run_opts(program, { ctx_in: context, data_in: data, repeat: 1000 });
    expect(out).toMatchObject({ ret: 0, retval: 9, ctx_size_out: context?.length ?? 0 });
    expect(out.duration).toBeGreaterThan(0);
  }),
  row(
    "117 data",
    "given a program that changes its packet, when run, then the changed packet comes back",
    async (kit) => {
      const program = await xdp(
        kit,
        "ldxdw %r2, [%r1]\nldxdw %r3, [%r1+8]\nmov %r4, %r2\nadd %r4, 2\njgt %r4, %r3, out\nstb [%r2+1], 9\nout:\nmov %r0, 1\nexit",
      );
      const out = await kit.bpf.bpf_prog_test_run_opts(program, { data_in: Uint8Array.of(1, 2, 3), repeat: 2 });
      expect(out).toMatchObject({ ret: 0, retval: 1, data_out: Uint8Array.of(1, 9, 3), data_size_out: 3 });
    },
    { needs: ["xdp"] },
  ),

  row(118, "given a bad CPU or context, then EINVAL; less room than the context needs EOTHER", async (kit) => {
    const program = await kit.program("mov %r0, 9\nexit");
    const run = async (options: Parameters<typeof kit.bpf.bpf_prog_test_run_opts>[1]) =>
      (await kit.bpf.bpf_prog_test_run_opts(program, options)).ret;
    const { context, data } = kit.plain;
    expect(await run({ ctx_in: context, data_in: data, cpu: 100_000 })).toBe(EINVAL);
    expect(await run({ ctx_in: new Uint8Array(4), data_in: data })).toBe(EINVAL);
    expect(await run({ ctx_in: new Uint8Array(66_000), data_in: data })).toBe(EINVAL);
    expect((await kit.bpf.bpf_prog_test_run_opts(-1, {})).ret).toBe(EINVAL);
    expect((await kit.bpf.bpf_prog_test_run_opts(kit.map("HASH"), {})).ret).toBe(EINVAL);
    if (context !== null) expect(await run({ ctx_in: context, data_in: data, ctx_size_out: 3 })).toBe(EOTHER);
  }),
  row(
    "118 data",
    "given too little room for data, then ENOBUFS",
    async (kit) => {
      const program = await xdp(kit, "mov %r0, 1\nexit");
      const options = { data_in: new Uint8Array(20), data_size_out: 19 };
      expect((await kit.bpf.bpf_prog_test_run_opts(program, options)).ret).toBe(ENOBUFS);
    },
    { needs: ["xdp"] },
  ),

  row(
    119,
    "given a valid object, when verified, then 0 and a report; given garbage, then not 0 and a message",
    async ({ bpf, file }) => {
      const good = await bpf.ebpf_api_elf_verify_program_from_file(file("functions"), "bind", null);
      expect(good).toMatchObject({ ret: 0, error_message: undefined });
      expect(good.report).toContain("Verification succeeded");
      const bad = await bpf.ebpf_api_elf_verify_program_from_memory(new Uint8Array(100).fill(1), null, null);
      expect(bad.ret).not.toBe(0);
      expect(bad.error_message).not.toBe("");
      expect(bad.error_message).toBeDefined();
    },
  ),

  row(
    120,
    "given an object file, when its programs are listed, then sections, names, types; a missing file gives a message",
    ({ bpf, file }) => {
      const { ret, infos = [] } = bpf.ebpf_enumerate_programs(file("sections"), false);
      expect(ret).toBe(0);
      // The last of the file comes first.
      expect(infos.map((info) => [info.section_name, info.program_name, hex(info.program_type)])).toEqual([
        ["bind/third", "third", BIND_PROGRAM],
        ["bind", "second", BIND_PROGRAM],
        ["bind", "first", BIND_PROGRAM],
      ]);
      const missing = bpf.ebpf_enumerate_programs(file("no_such_file"), false);
      expect(missing.ret).not.toBe(0);
      expect(missing.error_message).toContain("No such file or directory");
    },
  ),

  row(121, "given r0 that holds a pointer at exit, then the report names instruction and reason", async (kit) => {
    const code = kit.code("mov %r0, %r1\nexit");
    const { ret, log } = await kit.bpf.bpf_prog_load(kit.plain.number, null, "GPL", code, 2, { log_size: 4096 });
    expect(ret).toBe(-13);
    expect(log).toMatch(/^1: Invalid type \(r0\.type == number\)/);
  }),

  row(
    122,
    "given types, then number and GUID convert both ways; unknown ones are UNSPEC, null, INVALID_ARGUMENT",
    ({ bpf }) => {
      const bind = bpf.ebpf_get_ebpf_program_type(BIND);
      expect(hex(bind)).toBe(BIND_PROGRAM);
      expect(bpf.ebpf_get_bpf_program_type(bind ?? new Uint8Array(16))).toBe(BIND);
      const unknown = new Uint8Array(16).fill(1);
      expect(bpf.ebpf_get_bpf_program_type(unknown)).toBe(0);
      expect(bpf.ebpf_get_bpf_attach_type(unknown)).toBe(0);
      expect(bpf.ebpf_get_program_type_name(unknown)).toBeNull();
      expect(bpf.ebpf_get_attach_type_name(unknown)).toBeNull();
      expect(bpf.ebpf_get_ebpf_program_type(12_345)).toBeNull();
      expect(bpf.ebpf_get_ebpf_attach_type(12_345).ret).toBe(INVALID_ARGUMENT);
      const attach = bpf.ebpf_get_ebpf_attach_type(1).value;
      expect(hex(attach)).toBe(XDP_ATTACH);
      expect(bpf.ebpf_get_bpf_attach_type(attach ?? unknown)).toBe(1);
    },
  ),

  row(123, "given section names, then the longest prefix decides; unknown ESRCH, null EINVAL", ({ bpf }) => {
    for (const [name, program, attach] of [
      ["bind", 2, 2],
      ["bind_0", 2, 2],
      ["cgroup/connect4", 3, 3],
      ["cgroup/connect_authorization4", 3, 12],
      ["cgroup/connect_authorization6/x", 3, 13],
      ["sockops", 4, 7],
    ] as const) {
      expect(bpf.libbpf_prog_type_by_name(name)).toEqual({ ret: 0, prog_type: program, expected_attach_type: attach });
      expect(bpf.libbpf_attach_type_by_name(name)).toEqual({ ret: 0, value: attach });
    }
    expect(bpf.libbpf_prog_type_by_name("no such section").ret).toBe(ESRCH);
    expect(bpf.libbpf_prog_type_by_name(null).ret).toBe(EINVAL);
    expect(bpf.libbpf_attach_type_by_name("").ret).toBe(ESRCH);
  }),

  row(124, "given an error number, then generic text and ENOENT", ({ bpf }) => {
    for (const error of [22, -22, 9999]) {
      expect(bpf.libbpf_strerror(error)).toEqual({ ret: ENOENT, value: `Unknown libbpf error ${Math.abs(error)}` });
    }
    expect(bpf.libbpf_strerror(1, 8).value).toBe("Unknown");
  }),

  row(125, "given data sections, then their bytes; another name OBJECT_NOT_FOUND", ({ bpf, file }) => {
    expect(bpf.ebpf_api_get_data_section(file("data"), ".data")).toEqual({ ret: 0, value: u32(7) });
    expect(bpf.ebpf_api_get_data_section(file("data"), ".rodata")).toEqual({ ret: 0, value: u32(3) });
    expect(bpf.ebpf_api_get_data_section(file("data"), ".bss").value).toEqual(u32(0));
    expect(bpf.ebpf_api_get_data_section(file("data"), ".nothing").ret).toBe(OBJECT_NOT_FOUND);
    expect(bpf.ebpf_api_get_data_section(file("sections"), ".data").ret).toBe(OBJECT_NOT_FOUND);
  }),

  row(126, "given a call to synchronize, then SUCCESS", async ({ bpf }) => {
    expect(await bpf.ebpf_program_synchronize()).toBe(0);
  }),

  row(
    127,
    "given the helpers for time, process and memory, then their documented results",
    async (kit) => {
      const run = async (text: string) => kit.run(await kit.program(text));
      const call = (id: number) => `call ${id}`;
      // bpf_ktime_get_boot_ns twice: it never goes back.
      expect(await run(`${call(7)}\nmov %r6, %r0\n${call(7)}\nsub %r0, %r6\nrsh %r0, 63\nexit`)).toBe(0);
      // bpf_get_smp_processor_id on the CPU that was asked for.
      expect(await run(`${call(8)}\nexit`)).toBe(0);
      // bpf_get_current_pid_tgid: the process in the high half.
      expect(await run(`${call(19)}\nrsh %r0, 32\nexit`)).toBeGreaterThan(0);
      const buffers = (a: number, b: number) => `
      stdw [%r10-8], ${a}
      stdw [%r10-16], ${b}
      mov %r1, %r10
      add %r1, -8
      mov %r2, 4
      mov %r3, %r10
      add %r3, -16
      mov %r4, 4`;
      // memcmp_s: -1, 0, 1.
      expect(await run(`${buffers(1, 2)}\n${call(23)}\nexit`)).toBe(-1);
      expect(await run(`${buffers(2, 2)}\n${call(23)}\nexit`)).toBe(0);
      expect(await run(`${buffers(3, 2)}\n${call(23)}\nexit`)).toBe(1);
      // memcpy_s: 0 and the bytes; -22 where the source is longer.
      expect(await run(`${buffers(1, 2)}\n${call(22)}\nldxdw %r0, [%r10-8]\nexit`)).toBe(2);
      expect(await run(`${buffers(1, 2)}\nmov %r4, 8\n${call(22)}\nexit`)).toBe(EINVAL);
      // strnlen_s of "AB".
      expect(await run(`stdw [%r10-8], 0x4241\nmov %r1, %r10\nadd %r1, -8\nmov %r2, 8\n${call(29)}\nexit`)).toBe(2);
      // bpf_trace_printk: 0 while nobody listens.
      expect(await run(`stdw [%r10-8], 0x41\nmov %r1, %r10\nadd %r1, -8\nmov %r2, 2\n${call(12)}\nexit`)).toBe(0);
    },
    { needs: ["sockets"] },
  ),
];
