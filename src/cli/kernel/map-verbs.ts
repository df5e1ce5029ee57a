import { setTimeout as delay } from "node:timers/promises";
import { mapTypes } from "../../platform/index.ts";
import type { BpfMap, Runtime } from "../../runtime/index.ts";
import { ExitCode } from "../exit-code.ts";
import { UsageError } from "../failure.ts";
import type { Io } from "../io.ts";
import { Written } from "../written.ts";
import { type CellText, keyText, valueText } from "./entry-text.ts";
import { mapOf, programOf } from "./references.ts";

/** What `winbpf map` can do. */
export type MapVerb = "get" | "set" | "delete" | "dump" | "watch";

/** A command line of `winbpf map`. */
export interface MapCommand {
  readonly runtime: Runtime;
  /** The map, as the command line names it. */
  readonly reference: string;
  /** What follows it. */
  readonly words: readonly string[];
  readonly io: Io;
  /** Milliseconds between two looks. */
  readonly interval: number;
  readonly json: boolean;
}

/** The same with the map open, and how its cells are written. */
interface Call extends MapCommand {
  readonly map: BpfMap<Uint8Array, Uint8Array>;
  readonly key: CellText;
  readonly value: CellText;
}

type Printed = ReturnType<CellText["format"]>;

const verbs: Readonly<Record<MapVerb, (call: Call) => number | Promise<number>>> = {
  get(call) {
    const { map, io, json } = call;
    const [word] = call.words;
    if (hasNoKeys(call)) {
      if (word !== undefined) throw noKeys(call);
      const next = map.peek();
      if (next === undefined) return absent(io, `the ${map.type} is empty`);
      const value = call.value.format(next);
      io.stdout.write(json ? `${JSON.stringify({ value })}\n` : `${textOf(value)}\n`);
      return ExitCode.DONE;
    }
    if (word === undefined) throw new UsageError("map get takes a key");
    const key = call.key.parse(word, "The key");
    const found = map.get(key);
    if (found === undefined) return absent(io, "there is no such key");
    const value = call.value.format(found);
    io.stdout.write(json ? line(true, call.key.format(key), value) : `${textOf(value)}\n`);
    return ExitCode.DONE;
  },

  set(call) {
    const { map, runtime } = call;
    const [first = "", second] = call.words;
    if (hasNoKeys(call)) {
      if (second !== undefined) throw noKeys(call);
      map.push(call.value.parse(first, "The value"));
      return ExitCode.DONE;
    }
    if (second === undefined) throw new UsageError("map set takes a key and a value");
    const key = call.key.parse(first, "The key");
    const refersTo = mapTypes[map.info.type]?.valueKind;
    if (refersTo === "map") map.setObject(key, mapOf(runtime, second));
    else if (refersTo === "program") map.setObject(key, programOf(runtime, second));
    else map.set(key, call.value.parse(second, "The value"));
    return ExitCode.DONE;
  },

  delete(call) {
    const [word] = call.words;
    if (hasNoKeys(call)) throw noKeys(call);
    if (word === undefined) throw new UsageError("map delete takes a key");
    return call.map.delete(call.key.parse(word, "The key")) ? ExitCode.DONE : absent(call.io, "there is no such key");
  },

  async dump(call) {
    if (hasNoKeys(call)) throw noKeys(call);
    const written = new Written(call.io);
    for (const [key, value] of call.map) {
      await written.add(line(call.json, call.key.format(key), call.value.format(value)));
    }
    await written.end();
    return ExitCode.DONE;
  },

  async watch(call) {
    const { map, io, interval, json } = call;
    if (hasNoKeys(call)) throw noKeys(call);
    const signal = io.interruption();
    const written = new Written(io);
    let before = new Map<string, Printed>();
    while (!signal.aborted) {
      const now = new Map<string, Printed>();
      for (const [key, value] of map) now.set(textOf(call.key.format(key)), call.value.format(value));
      for (const [key, value] of now) {
        const last = before.get(key);
        if (last === undefined || textOf(last) !== textOf(value)) await written.add(line(json, key, value));
      }
      for (const key of before.keys()) if (!now.has(key)) await written.add(line(json, key, undefined));
      await written.end();
      before = now;
      await delay(interval, undefined, { signal }).catch(() => undefined);
    }
    return ExitCode.INTERRUPTED;
  },
};

/** Does what the command line says. Throws `UsageError`, `Failure`, `EbpfError`. */
export async function runMapVerb(verb: MapVerb, command: MapCommand): Promise<number> {
  const map = mapOf(command.runtime, command.reference);
  if (map.type === "ringbuf" || map.type === "perf_event_array") {
    throw new UsageError(`a map of type ${map.type} has no entries`, "`winbpf events` prints its records.");
  }
  const key = keyText(map);
  return verbs[verb]({ ...command, map, key, value: valueText(map, command.runtime.cpus) });
}

function hasNoKeys({ map }: Call): boolean {
  return map.info.keySize === 0;
}

function noKeys({ map }: Call): UsageError {
  const hint = "`winbpf map get MAP` shows its next value, `winbpf map set MAP VALUE` adds one.";
  return new UsageError(`a map of type ${map.type} has no keys`, hint);
}

function absent(io: Io, what: string): number {
  io.stderr.write(`winbpf: ${what}\n`);
  return ExitCode.REFUSED;
}

/** An entry on a line; no value: it was deleted. */
function line(json: boolean, key: Printed, value: Printed | undefined): string {
  if (json) return `${JSON.stringify({ key, value: value ?? null })}\n`;
  return `${textOf(key)}: ${value === undefined ? "deleted" : textOf(value)}\n`;
}

function textOf(cell: Printed): string {
  return typeof cell === "string" ? cell : cell.join(", ");
}
