import { type MessagePort, parentPort, receiveMessageOnPort, workerData } from "node:worker_threads";
import { ALONE, finish } from "../turns/index.ts";
import { ANSWERING, type Answer, type Answers, failureData, type Task } from "./task.ts";
import { Assembly, type Piece, takeApart } from "./threads/index.ts";

/** The far end of `Thread`: answers one question after another. */
async function answer({ kind, object, program, options }: Task): Promise<Answer<Answers[keyof Answers]>> {
  try {
    return { value: await ANSWERING[kind](object, program, { ...options, turns: ALONE }) };
  } catch (error) {
    return { failure: failureData(error) };
  }
}

const pieces: MessagePort = workerData;

function question(): Task {
  const assembly = new Assembly();
  for (;;) {
    const next: { message: Piece } | undefined = receiveMessageOnPort(pieces);
    if (next === undefined) return assembly.whole as Task;
    assembly.add(next.message);
  }
}

parentPort?.on("message", async () => {
  finish(takeApart(await answer(question()), (piece) => pieces.postMessage(piece)));
  parentPort?.postMessage(undefined);
});
