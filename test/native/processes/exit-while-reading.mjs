// Ends while a ring is waited for, a program runs, and another waits for its turn.
import { addon, createRing, library, load, run } from "./addon.mjs";

const { ring } = addon.openRing(createRing());
addon.listen(ring, () => {});
const program = await load();
run(program, 5_000_000);
run(program, 1);
setTimeout(() => {
  console.log("exiting", typeof library);
  process.exit(0);
}, 20);
