// A listener throws while others have something to hear: prints what was heard, and what reached uncaughtException.
import { addon, createRing, loadWriter, run } from "./addon.mjs";

const seen = [];
let left = 4;
const done = (what) => {
  seen.push(what);
  if (--left === 0) console.log(JSON.stringify(seen.sort()));
};
process.on("uncaughtException", ({ message }) => done(`uncaught ${message}`));
const maps = Array.from({ length: 3 }, createRing);
const programs = await Promise.all(maps.map(loadWriter));
const rings = maps.map((map) => addon.openRing(map).ring);
rings.forEach((ring, index) => {
  addon.listen(ring, () => {
    done(`ring ${index}`);
    if (index === 0) throw new Error("mine");
  });
});
const runs = programs.map((program) => run(program, 1));
// Others write meanwhile, so that all of it may arrive in one turn.
Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 50);
await Promise.all(runs);
