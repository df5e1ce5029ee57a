import type { Command } from "./command.ts";
import { UsageError } from "./failure.ts";
import type { MapVerb } from "./kernel/map-verbs.ts";
import { withKernel } from "./kernel/open-kernel.ts";
import { runtimeOption } from "./kernel/runtime-option.ts";
import { wholeNumber } from "./parse-arguments.ts";

const USUAL_INTERVAL = 1000;
const LONGEST_INTERVAL = 3_600_000;

/** What follows a verb and its map: at least, where the map has no keys, and at most. */
const verbs: Readonly<Record<MapVerb, { readonly least: number; readonly most: number; readonly takes: string }>> = {
  get: { least: 0, most: 1, takes: "a key" },
  set: { least: 1, most: 2, takes: "a key and a value" },
  delete: { least: 0, most: 1, takes: "a key" },
  dump: { least: 0, most: 0, takes: "no key" },
  watch: { least: 0, most: 0, takes: "no key" },
};

const isVerb = (word: string): word is MapVerb => Object.hasOwn(verbs, word);

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
  notes: `Keys and values are whole numbers (10, 0x0a, -1; little-endian), or bytes in hex (hex:c0a80001, "c0 a8 00 01").
Keys of prefix tries are prefixes: 10.0.0.0/8, fd00::/8, hex digits and a length where they are as long as no address.
Maps with a value for each CPU take one for all of them, or one each: 1,2.
Maps of maps and of programs take an id or a pin's path as the value.
Queues and stacks have no keys: get shows the next value, set adds one.

In JSON, keys and values are strings; the value of a map with one for each CPU is an array of them.`,
  run(args, io) {
    const [word = "", reference = "", ...rest] = args.positionals;
    if (!isVerb(word)) {
      throw new UsageError(`map does not know ${word}`, `There are ${Object.keys(verbs).join(", ")}.`);
    }
    const { least, most, takes } = verbs[word];
    if (rest.length < least || rest.length > most) throw new UsageError(`map ${word} takes ${takes}`);
    const interval = wholeNumber(args, "interval", 1, LONGEST_INTERVAL) ?? USUAL_INTERVAL;
    const json = args.has("json");
    return withKernel(args, async (runtime) => {
      const { runMapVerb } = await import("./kernel/map-verbs.ts");
      return runMapVerb(word, { runtime, reference, words: rest, io, interval, json });
    });
  },
};
