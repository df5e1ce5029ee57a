// Lets each process hold two ports, and one program three.
import assert from "node:assert/strict";
import { simulate } from "winbpf";

const kernel = simulate();
try {
  const object = await kernel.load(new URL("../test/programs/port_quota.o", import.meta.url), {
    globals: { default_quota: 2 },
  });
  await object.programs.get("port_quota").attach();
  const name = new Uint8Array(64);
  name.set(Buffer.from("server.exe", "utf16le"));
  object.maps.get("quotas").set({ utf16: name }, 3);

  for (const image of ["C:\\app\\server.exe", "C:\\app\\client.exe"]) {
    const { process } = await kernel.processes.start({ image });
    const bound = [];
    for (let port = 8000; port < 8005; port++) {
      const { allowed } = await kernel.network.bind({ process, address: `0.0.0.0:${port}` });
      if (allowed) bound.push(port);
    }
    console.log(`${process.name} holds ${bound.join(", ")}`);
    assert.equal(bound.length, process.name === "server.exe" ? 3 : 2);
  }
} finally {
  kernel.close();
}
