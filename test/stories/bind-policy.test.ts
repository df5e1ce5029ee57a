import { expect, it } from "vitest";
import { tell } from "./story.ts";

const [TCP, UDP] = [6, 17];
const [REJECT, HARD] = [0, 2];

it("ports are bound and listened on as the rules say", async () => {
  const { kernel, map, program } = await tell("bind_policy");
  const { network, processes } = kernel;
  for (const name of ["bind4", "bind6", "listen4", "listen6"]) await program(name).attach({ compartment: 0 });
  const { process: alice = processes.own } = await processes.start({ image: "C:\\a.exe", user: { account: "alice" } });
  const { process: root = processes.own } = await processes.start({
    image: "C:\\a.exe",
    user: { account: "root", admin: true },
  });
  const rules = map("rules");
  rules.set({ port: 8080, protocol: TCP }, { verdict: HARD, may_listen: 1 });
  rules.set({ port: 3389, protocol: TCP }, { verdict: REJECT, may_listen: 0 });

  const bind = (process: typeof alice, address: string, protocol: "tcp" | "udp" = "tcp") =>
    network.bind({ process, address, protocol });
  expect(await bind(alice, "0.0.0.0:80")).toMatchObject({ allowed: false, by: "bind4" });
  expect(await bind(alice, "[::]:80")).toMatchObject({ allowed: false, by: "bind6" });
  expect(await bind(root, "0.0.0.0:80")).toMatchObject({ allowed: true, verdict: "PROCEED_SOFT" });
  expect(await bind(alice, "0.0.0.0:8080")).toMatchObject({ allowed: true, verdict: "PROCEED_HARD" });
  expect(await bind(root, "0.0.0.0:3389")).toMatchObject({ allowed: false });
  expect(await bind(root, "0.0.0.0:3389", "udp")).toMatchObject({ allowed: true });
  expect(rules.get({ port: 3389, protocol: UDP })).toBeUndefined();

  const listen = (address: string) => network.listen({ process: root, address });
  expect(await listen("0.0.0.0:8080")).toMatchObject({ allowed: true, verdict: "PROCEED_SOFT" });
  expect(await listen("0.0.0.0:9000")).toMatchObject({ allowed: false, by: "listen4", hook: "cgroup/listen4" });
  expect(await listen("[::]:9000")).toMatchObject({ allowed: false, by: "listen6" });
  expect(await listen("127.0.0.1:9000")).toMatchObject({ allowed: true });
  expect(await listen("[::1]:9000")).toMatchObject({ allowed: true });

  expect(map("refused").get(alice.user?.logonId)).toBe(2);
  expect(map("refused").get(root.user?.logonId)).toBe(3);
});
