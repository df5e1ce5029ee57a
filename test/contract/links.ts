import { expect } from "vitest";
import { SimulatedRuntime } from "../../src/index.ts";
import { type Kit, u32 } from "./kit.ts";
import { row } from "./row.ts";

const EBADF = -9;
const EBUSY = -16;
const EINVAL = -22;
const ENOENT = -2;
const ENOTSUP = -129;
/** `ebpf_result_t`. */
const INVALID_FD = 4;
const EXTENSION_FAILED_TO_LOAD = 23;
/** `bpf_prog_type`, `bpf_attach_type`. */
const SOCK_ADDR = 3;
const XDP = 1;
const SAMPLE = 999;
const SAMPLE_ATTACH = 8;
const [BIND, CONNECT4, RECV_ACCEPT4] = [2, 3, 5];
const REPLACE = 1;

const guid = ({ bpf }: Kit, attachType: number) => bpf.ebpf_get_ebpf_attach_type(attachType).value ?? null;

/** Attaches a new bind program: its id and the link's descriptor. */
async function bound(kit: Kit): Promise<{ id: number; link: number }> {
  const program = await kit.program("mov %r0, 0\nexit");
  const { ret, value = -1 } = await kit.bpf.ebpf_program_attach_by_fds(program, guid(kit, BIND), null);
  expect(ret).toBe(0);
  return { id: kit.info(program).id, link: kit.opened(value) };
}

/** Ids of programs that live links run. */
function attachedPrograms(kit: Kit): number[] {
  return kit.ids("link").map((id) => {
    const link = kit.bpf.bpf_link_get_fd_by_id(id);
    const info = kit.info(link);
    kit.bpf.ebpf_close_fd(link);
    return "prog_id" in info ? info.prog_id : 0;
  });
}

/** Loads a program of a type other than the plain one. */
async function loaded(kit: Kit, type: number, text = "mov %r0, 1\nexit"): Promise<number> {
  const code = kit.code(text);
  return kit.opened((await kit.bpf.bpf_prog_load(type, null, "GPL", code, code.length / 8)).ret);
}

/** Behaviour inventory, section 4. */
export const linkRows = [
  row(
    82,
    "given an attached link, when its last descriptor is closed, then the hook runs nothing",
    async (kit) => {
      const { id, link } = await bound(kit);
      expect(attachedPrograms(kit)).toContain(id);
      expect(kit.bpf.ebpf_close_fd(link)).toBe(0);
      expect(attachedPrograms(kit)).not.toContain(id);
      // The hook takes one program only: it is free again.
      await bound(kit);
    },
    { needs: ["sockets"] },
  ),

  row(
    83,
    "given a detached link, then the hook stops, detaching again is fine, and its info says program 0",
    async (kit) => {
      const { id, link } = await bound(kit);
      expect(kit.info(link)).toMatchObject({ prog_id: id });
      expect([kit.bpf.bpf_link_detach(link), kit.bpf.bpf_link_detach(link)]).toEqual([0, 0]);
      expect(kit.info(link)).toMatchObject({ prog_id: 0 });
      await bound(kit);
    },
    { needs: ["sockets"] },
  ),

  row(
    84,
    "given a pinned link, when its descriptor is closed, then it stays attached; unpinned, then not",
    async (kit) => {
      const { id, link } = await bound(kit);
      expect(kit.bpf.bpf_obj_pin(link, kit.path("link"))).toBe(0);
      expect(kit.bpf.ebpf_close_fd(link)).toBe(0);
      expect(attachedPrograms(kit)).toContain(id);
      expect(kit.bpf.ebpf_object_unpin(kit.path("link"))).toBe(0);
      expect(attachedPrograms(kit)).not.toContain(id);
    },
    { needs: ["sockets"] },
  ),

  row(
    85,
    "given a pinned link, when pinned again, then EBUSY; unpinned when not pinned ENOENT; opened by its path",
    async (kit) => {
      const { bpf } = kit;
      const object = kit.object("sections");
      expect(await bpf.bpf_object__load(object)).toBe(0);
      const link = await bpf.bpf_program__attach(object.programs[0] ?? null);
      expect(bpf.bpf_link__unpin(link)).toBe(ENOENT);
      expect(bpf.bpf_link__pin(link, kit.path("link"))).toBe(0);
      expect(bpf.bpf_link__pin(link, kit.path("other"))).toBe(EBUSY);
      const opened = bpf.bpf_link__open(kit.path("link"));
      expect(kit.info(bpf.bpf_link__fd(opened)).id).toBe(kit.info(bpf.bpf_link__fd(link)).id);
      expect(bpf.bpf_link__open(kit.path("nothing"))).toBeNull();
      expect(bpf.errno).toBe(-ENOENT);
      expect(bpf.bpf_link__unpin(link)).toBe(0);
      bpf.ebpf_link_close(opened);
      expect(bpf.bpf_link__destroy(link)).toBe(0);
    },
    { needs: ["sockets"] },
  ),

  row(
    86,
    "given a wrong attach type, or one that nobody provides, when attached, then EINVAL",
    async (kit) => {
      const program = await kit.program("mov %r0, 0\nexit");
      const wrong = await kit.bpf.ebpf_program_attach_by_fds(program, guid(kit, CONNECT4), null);
      expect(wrong.ret).toBe(EXTENSION_FAILED_TO_LOAD);
      const unknown = await kit.bpf.ebpf_program_attach_by_fds(program, new Uint8Array(16).fill(7), null);
      expect(unknown.ret).toBe(EXTENSION_FAILED_TO_LOAD);
      const object = kit.object("sections");
      for (const each of object.programs) kit.bpf.bpf_program__set_expected_attach_type(each, CONNECT4);
      expect(await kit.bpf.bpf_object__load(object)).toBe(0);
      expect(await kit.bpf.bpf_program__attach(object.programs[0] ?? null)).toBeNull();
      expect(kit.bpf.errno).toBe(-EINVAL);
    },
    { needs: ["sockets"] },
  ),

  row(
    87,
    "given attach by descriptors, then a link's descriptor; by -1, then INVALID_FD",
    async (kit) => {
      const { link } = await bound(kit);
      expect(kit.info(link)).toMatchObject({ attach_type: BIND });
      expect((await kit.bpf.ebpf_program_attach_by_fds(-1, guid(kit, BIND), null)).ret).toBe(INVALID_FD);
    },
    { needs: ["sockets"] },
  ),

  row(
    88,
    "given bpf_prog_attach, then the program is in that compartment; detach and detach2 take it away",
    async (kit) => {
      const { bpf } = kit;
      const program = await loaded(kit, SOCK_ADDR);
      const { id } = kit.info(program);
      expect(await bpf.bpf_prog_attach(program, 7, CONNECT4, 0)).toBe(0);
      expect(attachedPrograms(kit)).toContain(id);
      expect(bpf.bpf_prog_detach2(program, 8, CONNECT4)).toBe(0);
      expect(attachedPrograms(kit)).toContain(id);
      expect(bpf.bpf_prog_detach2(program, 7, CONNECT4)).toBe(0);
      expect(attachedPrograms(kit)).not.toContain(id);
      expect(await bpf.bpf_prog_attach(program, 7, CONNECT4, 0)).toBe(0);
      expect(bpf.bpf_prog_detach(7, CONNECT4)).toBe(0);
      expect(bpf.bpf_prog_detach(7, CONNECT4)).toBe(0);
      expect(attachedPrograms(kit)).not.toContain(id);
      expect(await bpf.bpf_prog_attach(program, 7, CONNECT4, 1)).toBe(ENOTSUP);
      expect(await bpf.bpf_prog_attach(program, 7, BIND, 0)).toBe(ENOTSUP);
      expect(bpf.bpf_prog_detach(7, 0)).toBe(EINVAL);
    },
    { needs: ["sockets"] },
  ),

  row(
    89,
    "given XDP on an interface, then replace swaps, query tells, detach without one is 0, bad descriptors fail",
    async (kit) => {
      const { bpf } = kit;
      const [first, second] = [await loaded(kit, XDP), await loaded(kit, XDP)];
      expect(await bpf.bpf_xdp_attach(5, first, 0)).toBe(0);
      expect(bpf.bpf_xdp_query_id(5)).toEqual({ ret: 0, value: kit.info(first).id });
      expect(bpf.bpf_xdp_query_id(6)).toEqual({ ret: ENOENT, value: 0 });
      expect(await bpf.bpf_xdp_attach(5, second, REPLACE)).toBe(0);
      expect(bpf.bpf_xdp_query_id(5).value).toBe(kit.info(second).id);
      expect(await bpf.bpf_xdp_attach(5, 999, 0)).toBe(EBADF);
      expect(await bpf.bpf_xdp_attach(5, first, REPLACE, { old_prog_fd: kit.map("HASH") })).toBe(EINVAL);
      expect(await bpf.bpf_xdp_attach(5, first, REPLACE, { old_prog_fd: await kit.program("mov %r0, 0\nexit") })).toBe(
        EINVAL,
      );
      expect(await bpf.bpf_xdp_attach(5, first, REPLACE, { old_prog_fd: 999 })).toBe(EBADF);
      expect([await bpf.bpf_xdp_detach(5, 0), await bpf.bpf_xdp_detach(5, 0)]).toEqual([0, 0]);
      expect(bpf.bpf_xdp_query_id(5).ret).toBe(ENOENT);
    },
    { needs: ["xdp"] },
  ),

  row(
    90,
    "given a link's info, then types and attach data are in it",
    async (kit) => {
      const program = await loaded(kit, SOCK_ADDR);
      const { value = -1 } = await kit.bpf.ebpf_program_attach_by_fds(program, guid(kit, RECV_ACCEPT4), u32(9));
      expect(kit.info(kit.opened(value))).toMatchObject({
        prog_id: kit.info(program).id,
        type: 2,
        attach_type: RECV_ACCEPT4,
        attach_type_uuid: guid(kit, RECV_ACCEPT4),
        program_type_uuid: kit.bpf.ebpf_get_ebpf_program_type(SOCK_ADDR),
        data: Uint8Array.of(9, 0, 0, 0, 0, 0, 0, 0),
      });
    },
    { needs: ["sockets"] },
  ),

  row(
    91,
    "given two sample programs with other attach data, when fired, then only that one's program runs",
    async (kit) => {
      const { runtime } = kit;
      if (!(runtime instanceof SimulatedRuntime)) throw new Error("this row needs a simulated machine");
      for (const [parameter, result] of [
        [1, 11],
        [2, 22],
      ] as const) {
        const program = await loaded(kit, SAMPLE, `mov %r0, ${result}\nexit`);
        const link = await kit.bpf.ebpf_program_attach_by_fds(
          program,
          guid(kit, SAMPLE_ATTACH),
          Uint8Array.of(parameter),
        );
        expect(link.ret).toBe(0);
        kit.opened(link.value ?? -1);
      }
      const fire = (parameter: number) =>
        runtime.fire("sample_ext", new Uint8Array(32), undefined, Uint8Array.of(parameter))?.value;
      expect([fire(1), fire(2)]).toEqual([11, 22]);
      expect(() => fire(3)).toThrow(expect.objectContaining({ code: "EBPF_NOT_FOUND" }));
    },
    { needs: ["sample", "simulation"] },
  ),

  row(
    "92",
    "given a detach while a program runs, then it has ended before detach returns",
    async (kit) => {
      const { link } = await bound(kit);
      expect(kit.bpf.bpf_link_detach(link)).toBe(0);
      expect(await kit.bpf.ebpf_program_synchronize()).toBe(0);
      expect(kit.info(link)).toMatchObject({ prog_id: 0 });
    },
    { needs: ["sockets"] },
  ),
];
