// Leaves the thread of blocking calls behind, again and again, and says how many megabytes of address space there were
// before and after: a thread that has ended keeps its stack until it is joined. COUNT as argument.
import { readFileSync } from "node:fs";
import { addon, library, load, run } from "./addon.mjs";

const megabytes = () => Number(/VmSize:\s*(\d+) kB/.exec(readFileSync("/proc/self/status", "utf8"))[1]) / 1024;
const program = await load();
const renew = async (count) => {
  for (let i = 0; i < count; i++) {
    await run(program, 1);
    addon.renew(library);
  }
};
await renew(10);
const before = megabytes();
await renew(Number(process.argv[2]));
console.log(JSON.stringify({ before, after: megabytes() }));
