// Leaves this process no address space for another thread's stack, asks for what needs a thread, and again once there is
// room: prints what came of each.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { addon, createRing, library, load, loadWriter, run } from "./addon.mjs";

const STACK_BYTES = 8 * 1024 * 1024;
const limit = (bytes) => execFileSync("prlimit", [`--pid=${process.pid}`, `--as=${bytes}:unlimited`]);
const taken = () => Number(/VmSize:\s*(\d+) kB/.exec(readFileSync("/proc/self/status", "utf8"))[1]) * 1024;

const map = createRing();
const { ring } = addon.openRing(map);
limit(taken() + STACK_BYTES / 2);
const refused = { load: await load(), listen: addon.listen(ring, () => {}), renew: addon.renew(library) };
limit("unlimited");
const write = await loadWriter(map);
const heard = await new Promise((done) => {
  if (addon.listen(ring, () => done(true)) === 0) done(false);
  else run(write, 1);
});
addon.renew(library);
const { returnValue } = await run(await load(), 1);
addon.closeRing(ring);
console.log(JSON.stringify({ refused, heard, returnValue, renewed: addon.renewed(), jobs: addon.count().jobs }));
