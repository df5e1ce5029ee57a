// Authorizes connections in stages that hand over by tail call; stages are put in and taken out while it runs.
import assert from "node:assert/strict";
import { simulate } from "winbpf";

const kernel = simulate();
try {
  const { programs, maps } = await kernel.load(new URL("../test/programs/tail_chain.o", import.meta.url));
  await programs.get("authorize").attach();
  const stages = maps.get("stages");
  const { process } = await kernel.processes.start({ image: "C:\\a.exe", user: { account: "alice" } });
  const verdict = async (to) => (await kernel.network.connect({ process, to })).verdict;

  assert.equal(await verdict("10.0.0.1:80"), "PROCEED_SOFT");
  stages.setObject(0, programs.get("by_process")).setObject(1, programs.get("by_port"));
  assert.equal(await verdict("10.0.0.1:80"), "REJECT");
  assert.equal(await verdict("10.0.0.1:443"), "PROCEED_SOFT");
  for (const [stage, times] of maps.get("ran")) console.log(`stage ${stage} ran ${times} times`);
} finally {
  kernel.close();
}
