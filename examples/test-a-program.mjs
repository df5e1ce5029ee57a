// Tests an XDP program without a network: packets built header by header, verdicts, and what of the C code they reached.
// Inside vitest, `import "winbpf/testing/vitest"` makes the comparisons below `expect(outcome).toDrop()`.
import { strict as assert } from "node:assert";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { simulate, XdpAction } from "winbpf";
import { coverage, eth, ipv4, ipv6, packet, tcp, udp, vlan } from "winbpf/testing";

const programs = fileURLToPath(new URL("../test/programs/", import.meta.url));
const runtime = simulate();
try {
  const object = await runtime.load(`${programs}drop_udp.o`);
  await object.programs.get("drop_udp").attach({ ifIndex: 1 });
  const covered = coverage(object);

  const receive = (...parts) => runtime.network.receive(1, packet(eth(), ...parts)).action;
  assert.equal(receive(ipv4(), tcp({ dport: 443, flags: "syn" })), XdpAction.PASS);
  assert.equal(receive(ipv4(), udp({ dport: 53 }), "a question"), XdpAction.DROP);
  assert.equal(receive(vlan({ id: 7 }), ipv6(), udp({ dport: 53 })), XdpAction.DROP);

  const { report } = covered;
  const { lines, branches } = report.summary;
  console.log(`lines ${lines.hit} of ${lines.found}, branches ${branches.hit} of ${branches.found}\n`);
  console.log(report.text({ source: (file) => readFileSync(`${programs}${file.split("/").at(-1)}`, "utf8") }));
  // report.lcov() is the same for editors and genhtml.
} finally {
  runtime.close();
}
