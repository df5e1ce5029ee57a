import { expect, it } from "vitest";
import { tell } from "./story.ts";

const context = new Uint8Array(32);
const text = (words: string) => new Uint8Array(Buffer.from(words.padEnd(32, ".")));

it("the word is found and starred out, in test runs and on the hook", async () => {
  const { kernel, map, program } = await tell("sample_censor");
  const censor = program("censor");
  const { returnValue } = await censor.run({ context, data: text("the secret is out") });
  expect(returnValue).toBe(1);
  map("word").set(0, "secret");
  const run = await censor.run({ context, data: text("the secret is out") });
  expect(run.returnValue).toBe(0);
  expect(Buffer.from(run.data).toString()).toBe("the ****** is out...............");
  expect(new DataView(run.context.buffer, run.context.byteOffset).getUint32(16, true)).toBe(1);
  expect((await censor.run({ context, data: text("nothing here") })).returnValue).toBe(1);
  expect((await censor.run({ context, data: new Uint8Array(31) })).returnValue).toBe(2);

  expect(kernel.fire("sample_ext", context, text("secret"))).toBeUndefined();
  const [one, two] = [Uint8Array.of(1), Uint8Array.of(2)];
  await censor.attach({ parameter: one });
  await censor.attach({ parameter: two });
  await expect(censor.attach({ parameter: two })).rejects.toMatchObject({ code: "EBPF_ATTACH_FAILED" });
  expect(kernel.fire("sample_ext", context, text("secret"), two)?.value).toBe(0);
  expect(() => kernel.fire("sample_ext", context, text("secret"), Uint8Array.of(3))).toThrow(
    expect.objectContaining({ code: "EBPF_NOT_FOUND" }),
  );
});
