// The addon itself, as processes of the tests use it: without anything compiled from src.
import { createRequire } from "node:module";
import { resolve } from "node:path";

const require = createRequire(import.meta.url);
const root = resolve(import.meta.dirname, "../../..");

export const addon = require(require("node-gyp-build").path(root));
export const { library } = addon.open("");

const HASH = 1;
const RINGBUF = 27;
const XDP = 6;

export const createHash = (entries = 100) => addon.createMap(library, HASH, "", 4, 8, entries, 0, undefined);
export const createRing = () => addon.createMap(library, RINGBUF, "", 0, 0, 4096, 0, undefined);

/** Two instructions: r0 = 2 (XDP_PASS), exit. */
const code = Uint8Array.of(0xb7, 0, 0, 0, 2, 0, 0, 0, 0x95, 0, 0, 0, 0, 0, 0, 0);
export const load = () =>
  addon.loadProgram(library, { type: XDP, attachType: 0, name: "", license: "", code, flags: 0, logBytes: 0 }, []);
export const run = (program, repeat) =>
  addon.testRun(program, { data: new Uint8Array(64), dataRoom: 64, contextRoom: 0, repeat, flags: 0 });
