// Keeps a program from starting, and reads what the process hook tells through a ring buffer.
import assert from "node:assert/strict";
import { simulate } from "winbpf";

const STATUS_ACCESS_DENIED = 0xc000_0022;
const kernel = simulate();
try {
  const object = await kernel.load(new URL("../test/programs/process_guard.o", import.meta.url));
  await object.programs.get("process_guard").attach();
  const path = new Uint8Array(200);
  path.set(Buffer.from("C:\\tools\\mimic.exe", "utf16le"));
  object.maps.get("denied").set({ path }, STATUS_ACCESS_DENIED);

  for (const image of ["C:\\Windows\\notepad.exe", "C:\\tools\\mimic.exe"]) {
    const { allowed, process, status, by } = await kernel.processes.start({ image, user: { account: "alice" } });
    console.log(allowed ? `${image} runs as ${process.id}` : `${image}: 0x${(status >>> 0).toString(16)} by ${by}`);
    process?.exit(0);
  }
  const happenings = [];
  for await (const { data } of object.maps.get("events").records()) {
    happenings.push(["started", "denied", "ended"][Buffer.from(data).readUInt32LE(16)]);
    if (happenings.length === 3) break;
  }
  console.log(happenings.join(", "));
  assert.deepEqual(happenings, ["started", "ended", "denied"]);
} finally {
  kernel.close();
}
