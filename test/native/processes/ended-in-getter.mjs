// A worker ends itself while the addon reads the options of a call: nothing that runs JavaScript works from there on,
// not even making a promise. Then the same in an environment that goes on, by an error.
import { isMainThread, Worker } from "node:worker_threads";
import { addon, library } from "./addon.mjs";

const loading = (flags) =>
  addon.loadProgram(
    library,
    {
      ...{ type: 6, attachType: 0, name: "", license: "GPL", code: new Uint8Array(16), logBytes: 0 },
      get flags() {
        return flags();
      },
    },
    [],
  );

if (isMainThread) {
  const worker = new Worker(new URL(import.meta.url));
  const code = await new Promise((done) => worker.once("exit", done));
  let thrown;
  try {
    loading(() => {
      throw new Error("mine");
    });
  } catch (error) {
    thrown = error.message;
  }
  // What was queued by mistake would be settled by then.
  await loading(() => 0);
  console.log(JSON.stringify({ code, thrown, jobs: addon.count().jobs }));
} else {
  loading(() => process.exit(7));
}
