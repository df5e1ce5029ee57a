// Sends a browser's connections to a proxy on this machine, which learns where they were to go and carries them on.
import assert from "node:assert/strict";
import { simulate } from "winbpf";

const kernel = simulate();
try {
  const object = await kernel.load(new URL("../test/programs/redirect_proxy.o", import.meta.url));
  await object.programs.get("redirect4").attach();
  const htons = (port) => ((port & 0xff) << 8) | (port >> 8);
  const site = {
    family: 2,
    address: Uint8Array.of(93, 184, 216, 34, ...new Array(12).fill(0)),
    port: htons(80),
    protocol: 6,
  };
  object.maps.get("proxies").set(site, { address: [0x0100007f, 0, 0, 0], port: htons(8080), unused: 0 });

  const { process: browser } = await kernel.processes.start({ image: "C:\\browser.exe" });
  const { process: proxy } = await kernel.processes.start({ image: "C:\\proxy.exe" });
  const { socket: listener } = await kernel.network.listen({ process: proxy, address: "127.0.0.1:8080" });

  const to = "93.184.216.34:80";
  const { allowed, redirectedTo, by } = await kernel.network.connect({ process: browser, to });
  console.log(`${browser.name} → ${to}: ${by} sent it to ${redirectedTo}`);
  assert.deepEqual({ allowed, redirectedTo }, { allowed: true, redirectedTo: "127.0.0.1:8080" });

  const accepted = listener.accept();
  const origin = Buffer.from(accepted.redirectContext);
  console.log(
    `${proxy.name} accepted ${accepted.remote}, meant for ${origin.subarray(4, 8).join(".")}:${origin.readUInt16BE(20)}`,
  );
  const onward = await kernel.network.connect({ process: proxy, to, redirectRecords: accepted });
  assert.equal(onward.redirectedTo, undefined);
} finally {
  kernel.close();
}
