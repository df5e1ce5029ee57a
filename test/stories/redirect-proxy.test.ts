import { expect, it } from "vitest";
import { address, swapped, tell } from "./story.ts";

const TCP = 6;
const [AF_INET, AF_INET6] = [2, 23];

it("a proxy gets the connections of others, learns where they were to go, and carries them on", async () => {
  const { kernel, object, map, program } = await tell("redirect_proxy");
  const { network, processes } = kernel;
  const { process: browser = processes.own } = await processes.start({ image: "C:\\browser.exe" });
  const { process: proxy = processes.own } = await processes.start({ image: "C:\\proxy.exe" });
  await program("redirect4").attach();
  await program("redirect6").attach();

  const site = address("93.184.216.34");
  const destination = { family: AF_INET, address: site.bytes, port: swapped(80), protocol: TCP };
  map("proxies").set(destination, { address: [address("127.0.0.1").word, 0, 0, 0], port: swapped(8080), unused: 0 });
  const listener = await network.listen({ process: proxy, address: "127.0.0.1:8080" });

  const outcome = await network.connect({ process: browser, to: "93.184.216.34:80" });
  expect(outcome).toMatchObject({ allowed: true, redirectedTo: "127.0.0.1:8080", by: "redirect4" });
  const accepted = listener.socket?.accept();
  expect(accepted?.remote).toBe(outcome.socket?.local);

  // What the proxy reads: struct origin.
  const origin = Buffer.from(accepted?.redirectContext ?? []);
  expect(origin.readUInt32LE(0)).toBe(AF_INET);
  expect([...origin.subarray(4, 8)]).toEqual([93, 184, 216, 34]);
  expect(origin.readUInt16BE(20)).toBe(80);
  expect(origin.readUInt32LE(24)).toBe(browser.id);

  const onward = await network.connect({
    process: proxy,
    to: "93.184.216.34:80",
    ...(accepted && { redirectRecords: accepted }),
  });
  expect(onward).toMatchObject({ allowed: true, runs: [] });
  expect(onward).not.toHaveProperty("redirectedTo");
  expect([...map("redirected")]).toEqual([[browser.id, 1n]]);

  // Other destinations, other ports, other protocols go their way.
  for (const options of [
    { to: "93.184.216.35:80" },
    { to: "93.184.216.34:81" },
    { to: "93.184.216.34:80", protocol: "udp" as const },
  ]) {
    expect(await network.connect({ process: browser, ...options })).not.toHaveProperty("redirectedTo");
  }
  object.close();
  // The links keep the programs.
  expect(await network.connect({ process: browser, to: "93.184.216.34:80" })).toHaveProperty("redirectedTo");
  for (const link of kernel.links) link.close();
  expect(await network.connect({ process: browser, to: "93.184.216.34:80" })).not.toHaveProperty("redirectedTo");
});

it("the proxy's own connections are left alone when its id is known", async () => {
  const { kernel, map, program } = await tell("redirect_proxy", { globals: { proxy_process: 4096 } });
  await program("redirect6").attach();
  const site = new Uint8Array(16).fill(0x20, 0, 1).fill(1, 15);
  const loopback = new DataView(Uint8Array.of(0, 0, 0, 1).buffer).getUint32(0, true);
  map("proxies").set(
    { family: AF_INET6, address: site, port: swapped(443), protocol: TCP },
    { address: [0, 0, 0, loopback], port: swapped(8443), unused: 0 },
  );
  const { network, processes } = kernel;
  expect(await network.connect({ to: "[2000::1]:443" })).not.toHaveProperty("redirectedTo");
  const { process = processes.own } = await processes.start({ image: "C:\\browser.exe" });
  expect(await network.connect({ process, to: "[2000::1]:443" })).toMatchObject({ redirectedTo: "[::1]:8443" });
});
