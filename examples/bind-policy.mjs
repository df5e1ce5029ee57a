// Who may bind which port, and who may listen: cgroup/bind4 and cgroup/listen4 with an administrator and a user.
import assert from "node:assert/strict";
import { simulate } from "winbpf";

const kernel = simulate();
try {
  const object = await kernel.load(new URL("../test/programs/bind_policy.o", import.meta.url));
  for (const program of object.programs) await program.attach();
  object.maps.get("rules").set({ port: 8080, protocol: 6 }, { verdict: 2, may_listen: 1 });

  const answers = [];
  for (const user of [{ account: "alice" }, { account: "root", admin: true }]) {
    const { process } = await kernel.processes.start({ image: "C:\\server.exe", user });
    for (const address of ["0.0.0.0:80", "0.0.0.0:8080", "127.0.0.1:9000"]) {
      const { verdict, hook } = await kernel.network.listen({ process, address });
      answers.push(verdict === "REJECT" ? hook : verdict);
      console.log(`${user.account} on ${address}: ${answers.at(-1)}`);
    }
  }
  assert.deepEqual(answers, [
    "cgroup/bind4",
    "PROCEED_SOFT",
    "PROCEED_SOFT",
    "cgroup/listen4",
    "PROCEED_SOFT",
    "PROCEED_SOFT",
  ]);
} finally {
  kernel.close();
}
