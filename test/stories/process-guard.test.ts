import { expect, it } from "vitest";
import { tell, textOf, utf16 } from "./story.ts";

const STATUS_ACCESS_DENIED = 0xc000_0022;
const [STARTED, DENIED, ENDED] = [0, 1, 2];

it("a program on the list does not start, and every start, denial and end is told", async () => {
  const { kernel, object, map, program } = await tell("process_guard");
  const { processes, clock } = kernel;
  await program("process_guard").attach();
  map("denied").set({ path: utf16("C:\\tools\\mimic.exe", 200) }, STATUS_ACCESS_DENIED);

  const alice = { account: "alice", domain: "CONTOSO" };
  const shell = await processes.start({ image: "C:\\Windows\\cmd.exe", user: alice });
  const { process: parent = processes.own } = shell;
  expect(await processes.start({ image: "C:\\tools\\mimic.exe", parent })).toMatchObject({
    allowed: false,
    status: STATUS_ACCESS_DENIED | 0,
    by: "process_guard",
  });
  const other = await processes.start({ image: "C:\\tools\\mimic.exe.bak", parent });
  expect(other.allowed).toBe(true);
  expect(new Map(map("running")).size).toBe(2);
  clock.advance(1_000_000n);
  other.process?.exit(7);
  expect([...map("running")]).toEqual([[parent.id, parent.creationTime]]);

  const events: Buffer[] = [];
  for await (const { data } of object.maps.get("events").records()) {
    events.push(Buffer.from(data));
    if (events.length === 4) break;
  }
  const told = events.map((event) => ({
    time: event.readBigUInt64LE(0),
    parent: event.readUInt32LE(12),
    happening: event.readUInt32LE(16),
    exitCode: event.readUInt32LE(20),
    account: textOf(event.subarray(24, 88)),
  }));
  expect(told).toEqual([
    { time: parent.creationTime, parent: processes.own.id, happening: STARTED, exitCode: 0, account: "alice" },
    { time: parent.creationTime, parent: parent.id, happening: DENIED, exitCode: 0, account: "alice" },
    { time: parent.creationTime, parent: parent.id, happening: STARTED, exitCode: 0, account: "alice" },
    { time: parent.creationTime + 10_000n, parent: 0, happening: ENDED, exitCode: 7, account: "" },
  ]);
});
