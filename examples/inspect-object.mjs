// What is in an object file, without loading it anywhere.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { parse } from "winbpf";

const spec = parse(await readFile(new URL("../test/programs/count_ports.o", import.meta.url)));
for (const program of spec.programs) {
  console.log(
    `program ${program.name}: section ${program.section}, type ${program.type}, ${program.code.length / 8} slots`,
  );
}
for (const map of spec.maps)
  console.log(`map ${map.name}: ${map.keySize} → ${map.valueSize} bytes, ${map.maxEntries} entries`);
assert.equal(spec.programs[0].type, "xdp");
