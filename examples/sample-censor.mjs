// A program of the sample extension: in a test run, then on its hook by hand.
import assert from "node:assert/strict";
import { simulate } from "winbpf";

const kernel = simulate();
try {
  const { programs, maps } = await kernel.load(new URL("../test/programs/sample_censor.o", import.meta.url));
  maps.get("word").set(0, "secret");
  const censor = programs.get("censor");
  const context = new Uint8Array(32);
  const data = new Uint8Array(Buffer.from("the secret is out".padEnd(32)));
  const run = await censor.run({ context, data });
  console.log(Buffer.from(run.data).toString());
  assert.equal(Buffer.from(run.data).toString().trim(), "the ****** is out");

  await censor.attach({ parameter: Uint8Array.of(1) });
  assert.equal(kernel.fire("sample_ext", context, data, Uint8Array.of(1)).value, 0);
} finally {
  kernel.close();
}
