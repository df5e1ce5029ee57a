import fc from "fast-check";
import { expect, it } from "vitest";
import { EbpfError } from "../../../src/errors.ts";
import type { Process, Socket } from "../../../src/simulated/index.ts";
import { faulting, machine, returning, u32 } from "./machine.ts";

const BIND = 0;
const [ESTABLISHED_BELOW, DELETED] = [2, 2];

const addresses = fc.constantFrom(
  "10.0.0.1:443",
  "127.0.0.1:80",
  "[fd00::1]:53",
  "[::1]:80",
  "[::ffff:10.0.0.9]:1",
  "x",
  "",
);
const step = fc.record({
  what: fc.constantFrom("attach", "detach", "start", "exit", "connect", "bind", "listen", "incoming", "close", "again"),
  to: addresses,
  from: addresses,
  protocol: fc.constantFrom("tcp" as const, "udp" as const),
  hook: fc.constantFrom(
    "cgroup/bind4",
    "cgroup/bind6",
    "cgroup/listen4",
    "cgroup/connect4",
    "cgroup/connect6",
    "cgroup/connect_authorization4",
    "cgroup/recv_accept4",
    "process",
  ),
  result: fc.integer({ min: -1, max: 3 }),
  compartment: fc.integer({ min: 0, max: 2 }),
  pick: fc.nat(7),
});

it("given any sequence of steps, then errors are typed, and every port and flow that begins ends", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
      const on = machine();
      const counts = { bound: 0, released: 0, established: 0, deleted: 0 };
      // The programs that count are there all along; they permit, and say in their result what they saw.
      const ports = await on.keep("bind", 56);
      const flows = await on.keep("sockops", 64);
      const run = on.kernel.run.bind(on.kernel);
      on.kernel.run = (program, context) => {
        const value = run(program, context);
        if (program.type.name === "bind") {
          if (ports.context().getUint32(44, true) === BIND) counts.bound++;
          else counts.released++;
        }
        if (program.type.name === "sockops") {
          const op = flows.context().getUint32(0, true);
          if (op < ESTABLISHED_BELOW) counts.established++;
          if (op === DELETED) counts.deleted++;
        }
        return value;
      };
      const links: (() => void)[] = [];
      const processes: Process[] = [];
      const sockets: Socket[] = [];
      let refusedPorts = 0;
      for (const { what, to, from, protocol, hook, result, compartment, pick } of steps) {
        const process = processes[pick];
        const options = { protocol, compartment: Math.max(compartment, 1), ...(process && { process }) };
        try {
          if (what === "attach") {
            const parameter = hook === "process" ? new Uint8Array(0) : u32(compartment);
            links.push((await on.attach(hook, result === 3 ? faulting : returning(result), { parameter })).detach);
          } else if (what === "detach") links[pick]?.();
          else if (what === "start") {
            const started = await on.processes.start({ image: "C:\\a.exe" });
            if (started.process !== undefined) processes.push(started.process);
          } else if (what === "exit") process?.exit(result);
          else if (what === "close") sockets[pick]?.close();
          else if (what === "again") await sockets[pick]?.reauthorize();
          else {
            const outcome =
              what === "connect"
                ? await on.network.connect({ ...options, to })
                : what === "incoming"
                  ? await on.network.incoming({ ...options, from, to })
                  : await on.network[what === "bind" ? "bind" : "listen"]({ ...options, address: to });
            if (outcome.socket !== undefined) sockets.push(outcome.socket);
            // bind4/6 refused what the bind program had seen already: such a port is never bound.
            else if (outcome.hook?.startsWith("cgroup/bind")) refusedPorts++;
          }
        } catch (error) {
          expect(error).toBeInstanceOf(EbpfError);
        }
      }
      for (const socket of sockets) socket.close();
      expect(counts.released).toBe(counts.bound - refusedPorts);
      expect(counts.deleted).toBe(counts.established);
      expect(sockets.every(({ state }) => state === "closed")).toBe(true);
    }),
    { numRuns: 200 },
  );
});
