import { objectJson, objectText } from "../report/index.ts";
import type { Platform } from "../spec/index.ts";
import type { Io } from "./io.ts";
import { readObject } from "./read-object.ts";

/** Prints what an object file holds. */
export async function showObject(file: string, platform: Platform, json: boolean, io: Io): Promise<void> {
  const spec = await readObject(file, platform);
  io.stdout.write(json ? `${JSON.stringify(objectJson(file, spec), null, 2)}\n` : objectText(file, spec));
}
