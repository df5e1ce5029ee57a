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
const pass = [0xb7, 0, 0, 0, 2, 0, 0, 0, 0x95, 0, 0, 0, 0, 0, 0, 0];
const loadCode = (bytes, maps) => {
  const code = Uint8Array.from(bytes);
  const options = { type: XDP, attachType: 0, name: "", license: "GPL", code, flags: 0, logBytes: 0 };
  return addon.loadProgram(library, options, maps);
};
export const load = () => loadCode(pass, []);
/** Writes a record of 8 bytes to the ring: bpf_ringbuf_output(map, fp - 8, 8, 0), then XDP_PASS. */
export const loadWriter = (ring) =>
  loadCode(
    [
      [0x18, 0x01, 0, 0, 0, 0, 0, 0],
      [0, 0, 0, 0, 0, 0, 0, 0],
      [0x7a, 0x0a, 0xf8, 0xff, 1, 0, 0, 0],
      [0xbf, 0xa2, 0, 0, 0, 0, 0, 0],
      [0x07, 0x02, 0, 0, 0xf8, 0xff, 0xff, 0xff],
      [0xb7, 0x03, 0, 0, 8, 0, 0, 0],
      [0xb7, 0x04, 0, 0, 0, 0, 0, 0],
      [0x85, 0, 0, 0, 130, 0, 0, 0],
      pass,
    ].flat(),
    [[ring, 0, undefined]],
  );
export const run = (program, repeat) =>
  addon.testRun(program, { data: new Uint8Array(64), dataRoom: 64, contextRoom: 0, repeat, flags: 0 });
