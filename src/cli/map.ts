import { setTimeout as delay } from "node:timers/promises";
import type { BpfMap } from "../runtime/index.ts";
import type { Command } from "./command.ts";
import { ExitCode } from "./exit-code.ts";
import { UsageError } from "./failure.ts";
import type { Io } from "./io.ts";
import { bytesText, parseBytes } from "./kernel/bytes-text.ts";
import { withKernel } from "./kernel/open-kernel.ts";
import { mapOf } from "./kernel/references.ts";
import { runtimeOption } from "./kernel/runtime-option.ts";
import { wholeNumber } from "./parse-arguments.ts";

type RawMap = BpfMap<Uint8Array, Uint8Array>;

interface Call {
  readonly map: RawMap;
  readonly key: string | undefined;
  readonly value: string | undefined;
  readonly io: Io;
  /** Milliseconds between two looks. */
  readonly interval: number;
  readonly json: boolean;
}

/** One verb of `winbpf map`: how many words follow the map, and what it does. */
interface Verb {
  readonly words: number;
  run(call: Call): Promise<number>;
}

const USUAL_INTERVAL = 1000;
const LONGEST_INTERVAL = 3_600_000;

const keyOf = ({ map, key = "" }: Call) => parseBytes(key, map.info.keySize, "The key");

/** An entry on a line; no value: it was deleted. */
function line(json: boolean, key: string, value: string | undefined): string {
  return json ? `${JSON.stringify({ key, value: value ?? null })}\n` : `${key}: ${value ?? "deleted"}\n`;
}

const verbs: Readonly<Record<string, Verb>> = {
  get: {
    words: 1,
    async run(call) {
      const value = call.map.get(keyOf(call));
      if (value === undefined) {
        call.io.stderr.write("winbpf: there is no such key\n");
        return ExitCode.REFUSED;
      }
      call.io.stdout.write(call.json ? line(true, bytesText(keyOf(call)), bytesText(value)) : `${bytesText(value)}\n`);
      return ExitCode.DONE;
    },
  },
  set: {
    words: 2,
    async run(call) {
      call.map.set(keyOf(call), parseBytes(call.value ?? "", call.map.value.size, "The value"));
      return ExitCode.DONE;
    },
  },
  delete: {
    words: 1,
    async run(call) {
      if (call.map.delete(keyOf(call))) return ExitCode.DONE;
      call.io.stderr.write("winbpf: there is no such key\n");
      return ExitCode.REFUSED;
    },
  },
  dump: {
    words: 0,
    async run({ map, io, json }) {
      for (const [key, value] of map) io.stdout.write(line(json, bytesText(key), bytesText(value)));
      return ExitCode.DONE;
    },
  },
  watch: {
    words: 0,
    async run({ map, io, interval, json }) {
      const signal = io.interruption();
      let before = new Map<string, string>();
      while (!signal.aborted) {
        const now = new Map([...map].map(([key, value]) => [bytesText(key), bytesText(value)]));
        for (const [key, value] of now) if (before.get(key) !== value) io.stdout.write(line(json, key, value));
        for (const key of before.keys()) if (!now.has(key)) io.stdout.write(line(json, key, undefined));
        before = now;
        await delay(interval, undefined, { signal }).catch(() => undefined);
      }
      return ExitCode.INTERRUPTED;
    },
  },
};

export const map: Command = {
  name: "map",
  usage: "get|set|delete|dump|watch MAP [KEY] [VALUE] [--json]",
  description: "Reads and writes a map of the kernel (an id or a pin's path).",
  positionals: ["what to do", "a map"],
  optional: 2,
  options: [
    { name: "interval", value: "MS", help: `watch: milliseconds between two looks, ${USUAL_INTERVAL} unless given` },
    { name: "json", help: "get, dump, watch: print one JSON document a line" },
    runtimeOption,
  ],
  notes: "Keys and values are whole numbers, little-endian, or bytes in hex: hex:c0a80001.",
  run(args, io) {
    const [word = "", reference = "", key, value] = args.positionals;
    const verb = Object.hasOwn(verbs, word) ? verbs[word] : undefined;
    if (verb === undefined)
      throw new UsageError(`map does not know ${word}`, `There are ${Object.keys(verbs).join(", ")}.`);
    const given = [key, value].filter((each) => each !== undefined).length;
    if (given !== verb.words) {
      throw new UsageError(`map ${word} takes ${["no key", "a key", "a key and a value"][verb.words]}`);
    }
    const interval = wholeNumber(args, "interval", 1, LONGEST_INTERVAL) ?? USUAL_INTERVAL;
    const json = args.has("json");
    return withKernel(args, async (runtime) =>
      verb.run({ map: mapOf(runtime, reference), key, value, io, interval, json }),
    );
  },
};
