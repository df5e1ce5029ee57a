import { parentPort, workerData } from "node:worker_threads";
import { EbpfError } from "../errors.ts";
import { verify } from "./verify.ts";
import type { WorkerAnswer, WorkerSetup, WorkerTask } from "./worker-messages.ts";

/** The far end of `verifyAll`: verifies one program after another. */
async function answer({ object, options }: WorkerSetup, { index, program }: WorkerTask): Promise<WorkerAnswer> {
  try {
    return { index, report: await verify(object, program, options) };
  } catch (error) {
    const code = error instanceof EbpfError ? error.code : undefined;
    return { index, code, message: error instanceof Error ? error.message : String(error) };
  }
}

const setup: WorkerSetup = workerData;
const port = parentPort;
port?.on("message", async (task: WorkerTask) => {
  port.postMessage(await answer(setup, task));
});
