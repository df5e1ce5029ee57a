import { atomic32, atomic64 } from "./atomic.ts";
import { divide, divideSigned, modulo, moduloSigned } from "./divide.ts";
import type { Executable } from "./executable.ts";
import { FRAME_BYTES, MAX_FRAMES } from "./frame.ts";
import type { Machine } from "./machine.ts";
import { FRAME_WORDS, FRAMES } from "./register.ts";
import { CHUNK_ENDED, EXITED, STOPPED } from "./stop.ts";

const PAST_END = "control runs past the end of the code";
const TOO_DEEP = `call inside ${MAX_FRAMES} functions: there are ${MAX_FRAMES} stack frames`;

/**
 * Runs from word `start` until something in stop.ts, or a throw. One loop over one `switch`, made for V8's optimising
 * compiler:
 * - registers and code are one array (register.ts), so that an instruction checks and addresses one object;
 * - `d` and `s` are computed for all operations, and by the compiler only where they are used;
 * - it returns when a chunk of code is walked: the next call runs the optimised function, where staying in the loop
 *   would stay in code that was optimised for being entered in its middle, and is slower;
 * - memory and bounds are read again after every helper, which may have replaced them, and nowhere else;
 * - `| 0` tells the compiler that a number is 32-bit where it cannot know.
 *
 * Word 0 of an instruction is operation, destination, source; words 1 to 3 are in each case what `link` puts there:
 * immediate or memory offset or jump distance; prediction or compared immediate; stored immediate.
 */
export function execute(machine: Machine, r: Int32Array, executable: Executable, start: number): number {
  let bytes = machine.memory.bytes;
  let view = machine.memory.data;
  let bounds = machine.regions.bounds;
  const stack = machine.stackRow;
  let limit = machine.limit | 0;
  let pc = start | 0;
  for (;;) {
    const w = r[pc];
    const d = (w >>> 10) & 15;
    const s = w >>> 20;
    switch (w & 0x3ff) {
      case 0: {
        // end
        machine.limit = limit;
        throw machine.fault(pc, PAST_END);
      }
      case 1: {
        // stop
        machine.position = pc;
        machine.limit = limit;
        return STOPPED;
      }
      case 2: {
        // add.k
        const k = r[(pc + 1) | 0];
        const a = r[d];
        const b = k;
        const c = (a + b) | 0;
        r[d] = c;
        r[d + 16] = (r[d + 16] + (b >> 31) + (((a & b) | ((a | b) & ~c)) >>> 31)) | 0;
        break;
      }
      case 3: {
        // add.x
        const a = r[d];
        const b = r[s];
        const c = (a + b) | 0;
        r[d] = c;
        r[d + 16] = (r[d + 16] + r[s + 16] + (((a & b) | ((a | b) & ~c)) >>> 31)) | 0;
        break;
      }
      case 4: {
        // sub.k
        const k = r[(pc + 1) | 0];
        const a = r[d];
        const b = k;
        const c = (a - b) | 0;
        r[d] = c;
        r[d + 16] = (r[d + 16] - (b >> 31) - (((~a & b) | ((~a | b) & c)) >>> 31)) | 0;
        break;
      }
      case 5: {
        // sub.x
        const a = r[d];
        const b = r[s];
        const c = (a - b) | 0;
        r[d] = c;
        r[d + 16] = (r[d + 16] - r[s + 16] - (((~a & b) | ((~a | b) & c)) >>> 31)) | 0;
        break;
      }
      case 6: {
        // or.k
        const k = r[(pc + 1) | 0];
        const b = k;
        r[d] |= b;
        r[d + 16] |= b >> 31;
        break;
      }
      case 7: {
        // or.x
        const b = r[s];
        r[d] |= b;
        r[d + 16] |= r[s + 16];
        break;
      }
      case 8: {
        // and.k
        const k = r[(pc + 1) | 0];
        const b = k;
        r[d] &= b;
        r[d + 16] &= b >> 31;
        break;
      }
      case 9: {
        // and.x
        const b = r[s];
        r[d] &= b;
        r[d + 16] &= r[s + 16];
        break;
      }
      case 10: {
        // xor.k
        const k = r[(pc + 1) | 0];
        const b = k;
        r[d] ^= b;
        r[d + 16] ^= b >> 31;
        break;
      }
      case 11: {
        // xor.x
        const b = r[s];
        r[d] ^= b;
        r[d + 16] ^= r[s + 16];
        break;
      }
      case 12: {
        // mov.k
        const k = r[(pc + 1) | 0];
        const b = k;
        r[d] = b;
        r[d + 16] = b >> 31;
        break;
      }
      case 13: {
        // mov.x
        const b = r[s];
        r[d] = b;
        r[d + 16] = r[s + 16];
        break;
      }
      case 14: {
        // mul.k
        const k = r[(pc + 1) | 0];
        const b = k;
        const a = r[d];
        const a0 = a & 0xffff;
        const a1 = a >>> 16;
        const b0 = b & 0xffff;
        const b1 = b >>> 16;
        const t = Math.imul(a0, b0);
        const u = (Math.imul(a1, b0) + (t >>> 16)) | 0;
        const v = (Math.imul(a0, b1) + (u & 0xffff)) | 0;
        r[d + 16] = (Math.imul(a1, b1) + (u >>> 16) + (v >>> 16) + Math.imul(r[d + 16], b) + Math.imul(a, b >> 31)) | 0;
        r[d] = Math.imul(a, b);
        break;
      }
      case 15: {
        // mul.x
        const b = r[s];
        const a = r[d];
        const a0 = a & 0xffff;
        const a1 = a >>> 16;
        const b0 = b & 0xffff;
        const b1 = b >>> 16;
        const t = Math.imul(a0, b0);
        const u = (Math.imul(a1, b0) + (t >>> 16)) | 0;
        const v = (Math.imul(a0, b1) + (u & 0xffff)) | 0;
        r[d + 16] =
          (Math.imul(a1, b1) + (u >>> 16) + (v >>> 16) + Math.imul(r[d + 16], b) + Math.imul(a, r[s + 16])) | 0;
        r[d] = Math.imul(a, b);
        break;
      }
      case 16: {
        // div.k
        const k = r[(pc + 1) | 0];
        divide(r, d, k, k >> 31);
        break;
      }
      case 17: {
        // div.x
        divide(r, d, r[s], r[s + 16]);
        break;
      }
      case 18: {
        // sdiv.k
        const k = r[(pc + 1) | 0];
        divideSigned(r, d, k, k >> 31);
        break;
      }
      case 19: {
        // sdiv.x
        divideSigned(r, d, r[s], r[s + 16]);
        break;
      }
      case 20: {
        // mod.k
        const k = r[(pc + 1) | 0];
        modulo(r, d, k, k >> 31);
        break;
      }
      case 21: {
        // mod.x
        modulo(r, d, r[s], r[s + 16]);
        break;
      }
      case 22: {
        // smod.k
        const k = r[(pc + 1) | 0];
        moduloSigned(r, d, k, k >> 31);
        break;
      }
      case 23: {
        // smod.x
        moduloSigned(r, d, r[s], r[s + 16]);
        break;
      }
      case 24: {
        // neg
        const a = r[d];
        r[d] = -a | 0;
        r[d + 16] = (~r[d + 16] + (a === 0 ? 1 : 0)) | 0;
        break;
      }
      case 25: {
        // lsh.k
        const k = r[(pc + 1) | 0];
        const n = k & 63;
        if (n > 31) {
          r[d + 16] = r[d] << (n - 32);
          r[d] = 0;
        } else if (n !== 0) {
          r[d + 16] = (r[d + 16] << n) | (r[d] >>> (32 - n));
          r[d] <<= n;
        }
        break;
      }
      case 26: {
        // lsh.x
        const n = r[s] & 63;
        if (n > 31) {
          r[d + 16] = r[d] << (n - 32);
          r[d] = 0;
        } else if (n !== 0) {
          r[d + 16] = (r[d + 16] << n) | (r[d] >>> (32 - n));
          r[d] <<= n;
        }
        break;
      }
      case 27: {
        // rsh.k
        const k = r[(pc + 1) | 0];
        const n = k & 63;
        if (n > 31) {
          r[d] = r[d + 16] >>> (n - 32);
          r[d + 16] = 0;
        } else if (n !== 0) {
          r[d] = (r[d] >>> n) | (r[d + 16] << (32 - n));
          r[d + 16] >>>= n;
        }
        break;
      }
      case 28: {
        // rsh.x
        const n = r[s] & 63;
        if (n > 31) {
          r[d] = r[d + 16] >>> (n - 32);
          r[d + 16] = 0;
        } else if (n !== 0) {
          r[d] = (r[d] >>> n) | (r[d + 16] << (32 - n));
          r[d + 16] >>>= n;
        }
        break;
      }
      case 29: {
        // arsh.k
        const k = r[(pc + 1) | 0];
        const n = k & 63;
        if (n > 31) {
          r[d] = r[d + 16] >> (n - 32);
          r[d + 16] >>= 31;
        } else if (n !== 0) {
          r[d] = (r[d] >>> n) | (r[d + 16] << (32 - n));
          r[d + 16] >>= n;
        }
        break;
      }
      case 30: {
        // arsh.x
        const n = r[s] & 63;
        if (n > 31) {
          r[d] = r[d + 16] >> (n - 32);
          r[d + 16] >>= 31;
        } else if (n !== 0) {
          r[d] = (r[d] >>> n) | (r[d + 16] << (32 - n));
          r[d + 16] >>= n;
        }
        break;
      }
      case 31: {
        // movsx864
        const c = (r[s] << 24) >> 24;
        r[d] = c;
        r[d + 16] = c >> 31;
        break;
      }
      case 32: {
        // movsx1664
        const c = (r[s] << 16) >> 16;
        r[d] = c;
        r[d + 16] = c >> 31;
        break;
      }
      case 33: {
        // movsx3264
        const c = r[s];
        r[d] = c;
        r[d + 16] = c >> 31;
        break;
      }
      case 34: {
        // add32.k
        const k = r[(pc + 1) | 0];
        const b = k;
        r[d] = (r[d] + b) | 0;
        r[d + 16] = 0;
        break;
      }
      case 35: {
        // add32.x
        const b = r[s];
        r[d] = (r[d] + b) | 0;
        r[d + 16] = 0;
        break;
      }
      case 36: {
        // sub32.k
        const k = r[(pc + 1) | 0];
        const b = k;
        r[d] = (r[d] - b) | 0;
        r[d + 16] = 0;
        break;
      }
      case 37: {
        // sub32.x
        const b = r[s];
        r[d] = (r[d] - b) | 0;
        r[d + 16] = 0;
        break;
      }
      case 38: {
        // mul32.k
        const k = r[(pc + 1) | 0];
        const b = k;
        r[d] = Math.imul(r[d], b);
        r[d + 16] = 0;
        break;
      }
      case 39: {
        // mul32.x
        const b = r[s];
        r[d] = Math.imul(r[d], b);
        r[d + 16] = 0;
        break;
      }
      case 40: {
        // or32.k
        const k = r[(pc + 1) | 0];
        const b = k;
        r[d] = r[d] | b;
        r[d + 16] = 0;
        break;
      }
      case 41: {
        // or32.x
        const b = r[s];
        r[d] = r[d] | b;
        r[d + 16] = 0;
        break;
      }
      case 42: {
        // and32.k
        const k = r[(pc + 1) | 0];
        const b = k;
        r[d] = r[d] & b;
        r[d + 16] = 0;
        break;
      }
      case 43: {
        // and32.x
        const b = r[s];
        r[d] = r[d] & b;
        r[d + 16] = 0;
        break;
      }
      case 44: {
        // xor32.k
        const k = r[(pc + 1) | 0];
        const b = k;
        r[d] = r[d] ^ b;
        r[d + 16] = 0;
        break;
      }
      case 45: {
        // xor32.x
        const b = r[s];
        r[d] = r[d] ^ b;
        r[d + 16] = 0;
        break;
      }
      case 46: {
        // mov32.k
        const k = r[(pc + 1) | 0];
        const b = k;
        r[d] = b;
        r[d + 16] = 0;
        break;
      }
      case 47: {
        // mov32.x
        const b = r[s];
        r[d] = b;
        r[d + 16] = 0;
        break;
      }
      case 48: {
        // lsh32.k
        const k = r[(pc + 1) | 0];
        const b = k;
        r[d] = r[d] << b;
        r[d + 16] = 0;
        break;
      }
      case 49: {
        // lsh32.x
        const b = r[s];
        r[d] = r[d] << b;
        r[d + 16] = 0;
        break;
      }
      case 50: {
        // rsh32.k
        const k = r[(pc + 1) | 0];
        const b = k;
        r[d] = r[d] >>> b;
        r[d + 16] = 0;
        break;
      }
      case 51: {
        // rsh32.x
        const b = r[s];
        r[d] = r[d] >>> b;
        r[d + 16] = 0;
        break;
      }
      case 52: {
        // arsh32.k
        const k = r[(pc + 1) | 0];
        const b = k;
        r[d] = r[d] >> b;
        r[d + 16] = 0;
        break;
      }
      case 53: {
        // arsh32.x
        const b = r[s];
        r[d] = r[d] >> b;
        r[d + 16] = 0;
        break;
      }
      case 54: {
        // div32.k
        const k = r[(pc + 1) | 0];
        const b = k;
        r[d] = b === 0 ? 0 : ((r[d] >>> 0) / (b >>> 0)) | 0;
        r[d + 16] = 0;
        break;
      }
      case 55: {
        // div32.x
        const b = r[s];
        r[d] = b === 0 ? 0 : ((r[d] >>> 0) / (b >>> 0)) | 0;
        r[d + 16] = 0;
        break;
      }
      case 56: {
        // mod32.k
        const k = r[(pc + 1) | 0];
        const b = k;
        r[d] = b === 0 ? r[d] : ((r[d] >>> 0) % (b >>> 0)) | 0;
        r[d + 16] = 0;
        break;
      }
      case 57: {
        // mod32.x
        const b = r[s];
        r[d] = b === 0 ? r[d] : ((r[d] >>> 0) % (b >>> 0)) | 0;
        r[d + 16] = 0;
        break;
      }
      case 58: {
        // sdiv32.k
        const k = r[(pc + 1) | 0];
        const b = k;
        r[d] = b === 0 ? 0 : (r[d] / b) | 0;
        r[d + 16] = 0;
        break;
      }
      case 59: {
        // sdiv32.x
        const b = r[s];
        r[d] = b === 0 ? 0 : (r[d] / b) | 0;
        r[d + 16] = 0;
        break;
      }
      case 60: {
        // smod32.k
        const k = r[(pc + 1) | 0];
        const b = k;
        r[d] = b === 0 ? r[d] : (r[d] % b) | 0;
        r[d + 16] = 0;
        break;
      }
      case 61: {
        // smod32.x
        const b = r[s];
        r[d] = b === 0 ? r[d] : (r[d] % b) | 0;
        r[d + 16] = 0;
        break;
      }
      case 62: {
        // neg32
        r[d] = -r[d] | 0;
        r[d + 16] = 0;
        break;
      }
      case 63: {
        // movsx832
        r[d] = (r[s] << 24) >> 24;
        r[d + 16] = 0;
        break;
      }
      case 64: {
        // movsx1632
        r[d] = (r[s] << 16) >> 16;
        r[d + 16] = 0;
        break;
      }
      case 65: {
        // movsx3232
        r[d] = r[s];
        r[d + 16] = 0;
        break;
      }
      case 66: {
        // le16
        r[d] &= 0xffff;
        r[d + 16] = 0;
        break;
      }
      case 67: {
        // le32
        r[d + 16] = 0;
        break;
      }
      case 68: {
        // le64
        break;
      }
      case 69: {
        // be16
        const a = r[d];
        r[d] = ((a & 0xff) << 8) | ((a >>> 8) & 0xff);
        r[d + 16] = 0;
        break;
      }
      case 70: {
        // be32
        const a = r[d];
        r[d] = (a << 24) | ((a & 0xff00) << 8) | ((a >>> 8) & 0xff00) | (a >>> 24);
        r[d + 16] = 0;
        break;
      }
      case 71: {
        // be64
        const a = r[d];
        const b = r[d + 16];
        r[d] = (b << 24) | ((b & 0xff00) << 8) | ((b >>> 8) & 0xff00) | (b >>> 24);
        r[d + 16] = (a << 24) | ((a & 0xff00) << 8) | ((a >>> 8) & 0xff00) | (a >>> 24);
        break;
      }
      case 72: {
        // bswap16
        const a = r[d];
        r[d] = ((a & 0xff) << 8) | ((a >>> 8) & 0xff);
        r[d + 16] = 0;
        break;
      }
      case 73: {
        // bswap32
        const a = r[d];
        r[d] = (a << 24) | ((a & 0xff00) << 8) | ((a >>> 8) & 0xff00) | (a >>> 24);
        r[d + 16] = 0;
        break;
      }
      case 74: {
        // bswap64
        const a = r[d];
        const b = r[d + 16];
        r[d] = (b << 24) | ((b & 0xff00) << 8) | ((b >>> 8) & 0xff00) | (b >>> 24);
        r[d + 16] = (a << 24) | ((a & 0xff00) << 8) | ((a >>> 8) & 0xff00) | (a >>> 24);
        break;
      }
      case 75: {
        // lddw
        const k = r[(pc + 1) | 0];
        r[d] = k;
        r[d + 16] = r[(pc + 2) | 0];
        break;
      }
      case 76: {
        // jeq.k
        const k = r[(pc + 1) | 0];
        const a = r[d];
        const ah = r[d + 16];
        const b = r[(pc + 2) | 0];
        const bh = b >> 31;
        if (a === b && ah === bh) {
          pc = (pc + k) | 0;
          limit = (limit + k) | 0;
          if (k < 0 && pc + 4 > limit) {
            machine.position = pc + 4;
            machine.limit = limit;
            return CHUNK_ENDED;
          }
        }
        break;
      }
      case 77: {
        // jeq.x
        const k = r[(pc + 1) | 0];
        const a = r[d];
        const ah = r[d + 16];
        const b = r[s];
        const bh = r[s + 16];
        if (a === b && ah === bh) {
          pc = (pc + k) | 0;
          limit = (limit + k) | 0;
          if (k < 0 && pc + 4 > limit) {
            machine.position = pc + 4;
            machine.limit = limit;
            return CHUNK_ENDED;
          }
        }
        break;
      }
      case 78: {
        // jne.k
        const k = r[(pc + 1) | 0];
        const a = r[d];
        const ah = r[d + 16];
        const b = r[(pc + 2) | 0];
        const bh = b >> 31;
        if (a !== b || ah !== bh) {
          pc = (pc + k) | 0;
          limit = (limit + k) | 0;
          if (k < 0 && pc + 4 > limit) {
            machine.position = pc + 4;
            machine.limit = limit;
            return CHUNK_ENDED;
          }
        }
        break;
      }
      case 79: {
        // jne.x
        const k = r[(pc + 1) | 0];
        const a = r[d];
        const ah = r[d + 16];
        const b = r[s];
        const bh = r[s + 16];
        if (a !== b || ah !== bh) {
          pc = (pc + k) | 0;
          limit = (limit + k) | 0;
          if (k < 0 && pc + 4 > limit) {
            machine.position = pc + 4;
            machine.limit = limit;
            return CHUNK_ENDED;
          }
        }
        break;
      }
      case 80: {
        // jgt.k
        const k = r[(pc + 1) | 0];
        const a = r[d];
        const ah = r[d + 16];
        const b = r[(pc + 2) | 0];
        const bh = b >> 31;
        if (ah >>> 0 > bh >>> 0 || (ah === bh && a >>> 0 > b >>> 0)) {
          pc = (pc + k) | 0;
          limit = (limit + k) | 0;
          if (k < 0 && pc + 4 > limit) {
            machine.position = pc + 4;
            machine.limit = limit;
            return CHUNK_ENDED;
          }
        }
        break;
      }
      case 81: {
        // jgt.x
        const k = r[(pc + 1) | 0];
        const a = r[d];
        const ah = r[d + 16];
        const b = r[s];
        const bh = r[s + 16];
        if (ah >>> 0 > bh >>> 0 || (ah === bh && a >>> 0 > b >>> 0)) {
          pc = (pc + k) | 0;
          limit = (limit + k) | 0;
          if (k < 0 && pc + 4 > limit) {
            machine.position = pc + 4;
            machine.limit = limit;
            return CHUNK_ENDED;
          }
        }
        break;
      }
      case 82: {
        // jge.k
        const k = r[(pc + 1) | 0];
        const a = r[d];
        const ah = r[d + 16];
        const b = r[(pc + 2) | 0];
        const bh = b >> 31;
        if (ah >>> 0 > bh >>> 0 || (ah === bh && a >>> 0 >= b >>> 0)) {
          pc = (pc + k) | 0;
          limit = (limit + k) | 0;
          if (k < 0 && pc + 4 > limit) {
            machine.position = pc + 4;
            machine.limit = limit;
            return CHUNK_ENDED;
          }
        }
        break;
      }
      case 83: {
        // jge.x
        const k = r[(pc + 1) | 0];
        const a = r[d];
        const ah = r[d + 16];
        const b = r[s];
        const bh = r[s + 16];
        if (ah >>> 0 > bh >>> 0 || (ah === bh && a >>> 0 >= b >>> 0)) {
          pc = (pc + k) | 0;
          limit = (limit + k) | 0;
          if (k < 0 && pc + 4 > limit) {
            machine.position = pc + 4;
            machine.limit = limit;
            return CHUNK_ENDED;
          }
        }
        break;
      }
      case 84: {
        // jlt.k
        const k = r[(pc + 1) | 0];
        const a = r[d];
        const ah = r[d + 16];
        const b = r[(pc + 2) | 0];
        const bh = b >> 31;
        if (ah >>> 0 < bh >>> 0 || (ah === bh && a >>> 0 < b >>> 0)) {
          pc = (pc + k) | 0;
          limit = (limit + k) | 0;
          if (k < 0 && pc + 4 > limit) {
            machine.position = pc + 4;
            machine.limit = limit;
            return CHUNK_ENDED;
          }
        }
        break;
      }
      case 85: {
        // jlt.x
        const k = r[(pc + 1) | 0];
        const a = r[d];
        const ah = r[d + 16];
        const b = r[s];
        const bh = r[s + 16];
        if (ah >>> 0 < bh >>> 0 || (ah === bh && a >>> 0 < b >>> 0)) {
          pc = (pc + k) | 0;
          limit = (limit + k) | 0;
          if (k < 0 && pc + 4 > limit) {
            machine.position = pc + 4;
            machine.limit = limit;
            return CHUNK_ENDED;
          }
        }
        break;
      }
      case 86: {
        // jle.k
        const k = r[(pc + 1) | 0];
        const a = r[d];
        const ah = r[d + 16];
        const b = r[(pc + 2) | 0];
        const bh = b >> 31;
        if (ah >>> 0 < bh >>> 0 || (ah === bh && a >>> 0 <= b >>> 0)) {
          pc = (pc + k) | 0;
          limit = (limit + k) | 0;
          if (k < 0 && pc + 4 > limit) {
            machine.position = pc + 4;
            machine.limit = limit;
            return CHUNK_ENDED;
          }
        }
        break;
      }
      case 87: {
        // jle.x
        const k = r[(pc + 1) | 0];
        const a = r[d];
        const ah = r[d + 16];
        const b = r[s];
        const bh = r[s + 16];
        if (ah >>> 0 < bh >>> 0 || (ah === bh && a >>> 0 <= b >>> 0)) {
          pc = (pc + k) | 0;
          limit = (limit + k) | 0;
          if (k < 0 && pc + 4 > limit) {
            machine.position = pc + 4;
            machine.limit = limit;
            return CHUNK_ENDED;
          }
        }
        break;
      }
      case 88: {
        // jsgt.k
        const k = r[(pc + 1) | 0];
        const a = r[d];
        const ah = r[d + 16];
        const b = r[(pc + 2) | 0];
        const bh = b >> 31;
        if (ah > bh || (ah === bh && a >>> 0 > b >>> 0)) {
          pc = (pc + k) | 0;
          limit = (limit + k) | 0;
          if (k < 0 && pc + 4 > limit) {
            machine.position = pc + 4;
            machine.limit = limit;
            return CHUNK_ENDED;
          }
        }
        break;
      }
      case 89: {
        // jsgt.x
        const k = r[(pc + 1) | 0];
        const a = r[d];
        const ah = r[d + 16];
        const b = r[s];
        const bh = r[s + 16];
        if (ah > bh || (ah === bh && a >>> 0 > b >>> 0)) {
          pc = (pc + k) | 0;
          limit = (limit + k) | 0;
          if (k < 0 && pc + 4 > limit) {
            machine.position = pc + 4;
            machine.limit = limit;
            return CHUNK_ENDED;
          }
        }
        break;
      }
      case 90: {
        // jsge.k
        const k = r[(pc + 1) | 0];
        const a = r[d];
        const ah = r[d + 16];
        const b = r[(pc + 2) | 0];
        const bh = b >> 31;
        if (ah > bh || (ah === bh && a >>> 0 >= b >>> 0)) {
          pc = (pc + k) | 0;
          limit = (limit + k) | 0;
          if (k < 0 && pc + 4 > limit) {
            machine.position = pc + 4;
            machine.limit = limit;
            return CHUNK_ENDED;
          }
        }
        break;
      }
      case 91: {
        // jsge.x
        const k = r[(pc + 1) | 0];
        const a = r[d];
        const ah = r[d + 16];
        const b = r[s];
        const bh = r[s + 16];
        if (ah > bh || (ah === bh && a >>> 0 >= b >>> 0)) {
          pc = (pc + k) | 0;
          limit = (limit + k) | 0;
          if (k < 0 && pc + 4 > limit) {
            machine.position = pc + 4;
            machine.limit = limit;
            return CHUNK_ENDED;
          }
        }
        break;
      }
      case 92: {
        // jslt.k
        const k = r[(pc + 1) | 0];
        const a = r[d];
        const ah = r[d + 16];
        const b = r[(pc + 2) | 0];
        const bh = b >> 31;
        if (ah < bh || (ah === bh && a >>> 0 < b >>> 0)) {
          pc = (pc + k) | 0;
          limit = (limit + k) | 0;
          if (k < 0 && pc + 4 > limit) {
            machine.position = pc + 4;
            machine.limit = limit;
            return CHUNK_ENDED;
          }
        }
        break;
      }
      case 93: {
        // jslt.x
        const k = r[(pc + 1) | 0];
        const a = r[d];
        const ah = r[d + 16];
        const b = r[s];
        const bh = r[s + 16];
        if (ah < bh || (ah === bh && a >>> 0 < b >>> 0)) {
          pc = (pc + k) | 0;
          limit = (limit + k) | 0;
          if (k < 0 && pc + 4 > limit) {
            machine.position = pc + 4;
            machine.limit = limit;
            return CHUNK_ENDED;
          }
        }
        break;
      }
      case 94: {
        // jsle.k
        const k = r[(pc + 1) | 0];
        const a = r[d];
        const ah = r[d + 16];
        const b = r[(pc + 2) | 0];
        const bh = b >> 31;
        if (ah < bh || (ah === bh && a >>> 0 <= b >>> 0)) {
          pc = (pc + k) | 0;
          limit = (limit + k) | 0;
          if (k < 0 && pc + 4 > limit) {
            machine.position = pc + 4;
            machine.limit = limit;
            return CHUNK_ENDED;
          }
        }
        break;
      }
      case 95: {
        // jsle.x
        const k = r[(pc + 1) | 0];
        const a = r[d];
        const ah = r[d + 16];
        const b = r[s];
        const bh = r[s + 16];
        if (ah < bh || (ah === bh && a >>> 0 <= b >>> 0)) {
          pc = (pc + k) | 0;
          limit = (limit + k) | 0;
          if (k < 0 && pc + 4 > limit) {
            machine.position = pc + 4;
            machine.limit = limit;
            return CHUNK_ENDED;
          }
        }
        break;
      }
      case 96: {
        // jset.k
        const k = r[(pc + 1) | 0];
        const a = r[d];
        const ah = r[d + 16];
        const b = r[(pc + 2) | 0];
        const bh = b >> 31;
        if (((a & b) | (ah & bh)) !== 0) {
          pc = (pc + k) | 0;
          limit = (limit + k) | 0;
          if (k < 0 && pc + 4 > limit) {
            machine.position = pc + 4;
            machine.limit = limit;
            return CHUNK_ENDED;
          }
        }
        break;
      }
      case 97: {
        // jset.x
        const k = r[(pc + 1) | 0];
        const a = r[d];
        const ah = r[d + 16];
        const b = r[s];
        const bh = r[s + 16];
        if (((a & b) | (ah & bh)) !== 0) {
          pc = (pc + k) | 0;
          limit = (limit + k) | 0;
          if (k < 0 && pc + 4 > limit) {
            machine.position = pc + 4;
            machine.limit = limit;
            return CHUNK_ENDED;
          }
        }
        break;
      }
      case 98: {
        // jeq32.k
        const k = r[(pc + 1) | 0];
        const a = r[d];
        const b = r[(pc + 2) | 0];
        if (a === b) {
          pc = (pc + k) | 0;
          limit = (limit + k) | 0;
          if (k < 0 && pc + 4 > limit) {
            machine.position = pc + 4;
            machine.limit = limit;
            return CHUNK_ENDED;
          }
        }
        break;
      }
      case 99: {
        // jeq32.x
        const k = r[(pc + 1) | 0];
        const a = r[d];
        const b = r[s];
        if (a === b) {
          pc = (pc + k) | 0;
          limit = (limit + k) | 0;
          if (k < 0 && pc + 4 > limit) {
            machine.position = pc + 4;
            machine.limit = limit;
            return CHUNK_ENDED;
          }
        }
        break;
      }
      case 100: {
        // jne32.k
        const k = r[(pc + 1) | 0];
        const a = r[d];
        const b = r[(pc + 2) | 0];
        if (a !== b) {
          pc = (pc + k) | 0;
          limit = (limit + k) | 0;
          if (k < 0 && pc + 4 > limit) {
            machine.position = pc + 4;
            machine.limit = limit;
            return CHUNK_ENDED;
          }
        }
        break;
      }
      case 101: {
        // jne32.x
        const k = r[(pc + 1) | 0];
        const a = r[d];
        const b = r[s];
        if (a !== b) {
          pc = (pc + k) | 0;
          limit = (limit + k) | 0;
          if (k < 0 && pc + 4 > limit) {
            machine.position = pc + 4;
            machine.limit = limit;
            return CHUNK_ENDED;
          }
        }
        break;
      }
      case 102: {
        // jgt32.k
        const k = r[(pc + 1) | 0];
        const a = r[d];
        const b = r[(pc + 2) | 0];
        if (a >>> 0 > b >>> 0) {
          pc = (pc + k) | 0;
          limit = (limit + k) | 0;
          if (k < 0 && pc + 4 > limit) {
            machine.position = pc + 4;
            machine.limit = limit;
            return CHUNK_ENDED;
          }
        }
        break;
      }
      case 103: {
        // jgt32.x
        const k = r[(pc + 1) | 0];
        const a = r[d];
        const b = r[s];
        if (a >>> 0 > b >>> 0) {
          pc = (pc + k) | 0;
          limit = (limit + k) | 0;
          if (k < 0 && pc + 4 > limit) {
            machine.position = pc + 4;
            machine.limit = limit;
            return CHUNK_ENDED;
          }
        }
        break;
      }
      case 104: {
        // jge32.k
        const k = r[(pc + 1) | 0];
        const a = r[d];
        const b = r[(pc + 2) | 0];
        if (a >>> 0 >= b >>> 0) {
          pc = (pc + k) | 0;
          limit = (limit + k) | 0;
          if (k < 0 && pc + 4 > limit) {
            machine.position = pc + 4;
            machine.limit = limit;
            return CHUNK_ENDED;
          }
        }
        break;
      }
      case 105: {
        // jge32.x
        const k = r[(pc + 1) | 0];
        const a = r[d];
        const b = r[s];
        if (a >>> 0 >= b >>> 0) {
          pc = (pc + k) | 0;
          limit = (limit + k) | 0;
          if (k < 0 && pc + 4 > limit) {
            machine.position = pc + 4;
            machine.limit = limit;
            return CHUNK_ENDED;
          }
        }
        break;
      }
      case 106: {
        // jlt32.k
        const k = r[(pc + 1) | 0];
        const a = r[d];
        const b = r[(pc + 2) | 0];
        if (a >>> 0 < b >>> 0) {
          pc = (pc + k) | 0;
          limit = (limit + k) | 0;
          if (k < 0 && pc + 4 > limit) {
            machine.position = pc + 4;
            machine.limit = limit;
            return CHUNK_ENDED;
          }
        }
        break;
      }
      case 107: {
        // jlt32.x
        const k = r[(pc + 1) | 0];
        const a = r[d];
        const b = r[s];
        if (a >>> 0 < b >>> 0) {
          pc = (pc + k) | 0;
          limit = (limit + k) | 0;
          if (k < 0 && pc + 4 > limit) {
            machine.position = pc + 4;
            machine.limit = limit;
            return CHUNK_ENDED;
          }
        }
        break;
      }
      case 108: {
        // jle32.k
        const k = r[(pc + 1) | 0];
        const a = r[d];
        const b = r[(pc + 2) | 0];
        if (a >>> 0 <= b >>> 0) {
          pc = (pc + k) | 0;
          limit = (limit + k) | 0;
          if (k < 0 && pc + 4 > limit) {
            machine.position = pc + 4;
            machine.limit = limit;
            return CHUNK_ENDED;
          }
        }
        break;
      }
      case 109: {
        // jle32.x
        const k = r[(pc + 1) | 0];
        const a = r[d];
        const b = r[s];
        if (a >>> 0 <= b >>> 0) {
          pc = (pc + k) | 0;
          limit = (limit + k) | 0;
          if (k < 0 && pc + 4 > limit) {
            machine.position = pc + 4;
            machine.limit = limit;
            return CHUNK_ENDED;
          }
        }
        break;
      }
      case 110: {
        // jsgt32.k
        const k = r[(pc + 1) | 0];
        const a = r[d];
        const b = r[(pc + 2) | 0];
        if (a > b) {
          pc = (pc + k) | 0;
          limit = (limit + k) | 0;
          if (k < 0 && pc + 4 > limit) {
            machine.position = pc + 4;
            machine.limit = limit;
            return CHUNK_ENDED;
          }
        }
        break;
      }
      case 111: {
        // jsgt32.x
        const k = r[(pc + 1) | 0];
        const a = r[d];
        const b = r[s];
        if (a > b) {
          pc = (pc + k) | 0;
          limit = (limit + k) | 0;
          if (k < 0 && pc + 4 > limit) {
            machine.position = pc + 4;
            machine.limit = limit;
            return CHUNK_ENDED;
          }
        }
        break;
      }
      case 112: {
        // jsge32.k
        const k = r[(pc + 1) | 0];
        const a = r[d];
        const b = r[(pc + 2) | 0];
        if (a >= b) {
          pc = (pc + k) | 0;
          limit = (limit + k) | 0;
          if (k < 0 && pc + 4 > limit) {
            machine.position = pc + 4;
            machine.limit = limit;
            return CHUNK_ENDED;
          }
        }
        break;
      }
      case 113: {
        // jsge32.x
        const k = r[(pc + 1) | 0];
        const a = r[d];
        const b = r[s];
        if (a >= b) {
          pc = (pc + k) | 0;
          limit = (limit + k) | 0;
          if (k < 0 && pc + 4 > limit) {
            machine.position = pc + 4;
            machine.limit = limit;
            return CHUNK_ENDED;
          }
        }
        break;
      }
      case 114: {
        // jslt32.k
        const k = r[(pc + 1) | 0];
        const a = r[d];
        const b = r[(pc + 2) | 0];
        if (a < b) {
          pc = (pc + k) | 0;
          limit = (limit + k) | 0;
          if (k < 0 && pc + 4 > limit) {
            machine.position = pc + 4;
            machine.limit = limit;
            return CHUNK_ENDED;
          }
        }
        break;
      }
      case 115: {
        // jslt32.x
        const k = r[(pc + 1) | 0];
        const a = r[d];
        const b = r[s];
        if (a < b) {
          pc = (pc + k) | 0;
          limit = (limit + k) | 0;
          if (k < 0 && pc + 4 > limit) {
            machine.position = pc + 4;
            machine.limit = limit;
            return CHUNK_ENDED;
          }
        }
        break;
      }
      case 116: {
        // jsle32.k
        const k = r[(pc + 1) | 0];
        const a = r[d];
        const b = r[(pc + 2) | 0];
        if (a <= b) {
          pc = (pc + k) | 0;
          limit = (limit + k) | 0;
          if (k < 0 && pc + 4 > limit) {
            machine.position = pc + 4;
            machine.limit = limit;
            return CHUNK_ENDED;
          }
        }
        break;
      }
      case 117: {
        // jsle32.x
        const k = r[(pc + 1) | 0];
        const a = r[d];
        const b = r[s];
        if (a <= b) {
          pc = (pc + k) | 0;
          limit = (limit + k) | 0;
          if (k < 0 && pc + 4 > limit) {
            machine.position = pc + 4;
            machine.limit = limit;
            return CHUNK_ENDED;
          }
        }
        break;
      }
      case 118: {
        // jset32.k
        const k = r[(pc + 1) | 0];
        const a = r[d];
        const b = r[(pc + 2) | 0];
        if ((a & b) !== 0) {
          pc = (pc + k) | 0;
          limit = (limit + k) | 0;
          if (k < 0 && pc + 4 > limit) {
            machine.position = pc + 4;
            machine.limit = limit;
            return CHUNK_ENDED;
          }
        }
        break;
      }
      case 119: {
        // jset32.x
        const k = r[(pc + 1) | 0];
        const a = r[d];
        const b = r[s];
        if ((a & b) !== 0) {
          pc = (pc + k) | 0;
          limit = (limit + k) | 0;
          if (k < 0 && pc + 4 > limit) {
            machine.position = pc + 4;
            machine.limit = limit;
            return CHUNK_ENDED;
          }
        }
        break;
      }
      case 120: {
        // ja
        const k = r[(pc + 1) | 0];
        pc = (pc + k) | 0;
        limit = (limit + k) | 0;
        if (k < 0 && pc + 4 > limit) {
          machine.position = pc + 4;
          machine.limit = limit;
          return CHUNK_ENDED;
        }
        break;
      }
      case 121: {
        // ldxb
        const k = r[(pc + 1) | 0];
        const at = (r[s] + k) | 0;
        const h = r[(pc + 2) | 0];
        if (r[s + 16] !== 0 || at < bounds[h] || at > ((bounds[h + 1] - 1) | 0)) machine.touch(pc, limit, s, 1, false);
        r[d] = bytes[at];
        r[d + 16] = 0;
        break;
      }
      case 122: {
        // ldxsb
        const k = r[(pc + 1) | 0];
        const at = (r[s] + k) | 0;
        const h = r[(pc + 2) | 0];
        if (r[s + 16] !== 0 || at < bounds[h] || at > ((bounds[h + 1] - 1) | 0)) machine.touch(pc, limit, s, 1, false);
        const v = (bytes[at] << 24) >> 24;
        r[d] = v;
        r[d + 16] = v >> 31;
        break;
      }
      case 123: {
        // stxb
        const k = r[(pc + 1) | 0];
        const at = (r[d] + k) | 0;
        const h = r[(pc + 2) | 0];
        if (r[d + 16] !== 0 || at < bounds[h + 2] || at > ((bounds[h + 3] - 1) | 0))
          machine.touch(pc, limit, d, 1, true);
        const v = r[s];
        bytes[at] = v;
        break;
      }
      case 124: {
        // stb
        const k = r[(pc + 1) | 0];
        const at = (r[d] + k) | 0;
        const h = r[(pc + 2) | 0];
        if (r[d + 16] !== 0 || at < bounds[h + 2] || at > ((bounds[h + 3] - 1) | 0))
          machine.touch(pc, limit, d, 1, true);
        const v = r[(pc + 3) | 0];
        bytes[at] = v;
        break;
      }
      case 125: {
        // ldxh
        const k = r[(pc + 1) | 0];
        const at = (r[s] + k) | 0;
        const h = r[(pc + 2) | 0];
        if (r[s + 16] !== 0 || at < bounds[h] || at > ((bounds[h + 1] - 2) | 0)) machine.touch(pc, limit, s, 2, false);
        r[d] = view.getUint16(at, true);
        r[d + 16] = 0;
        break;
      }
      case 126: {
        // ldxsh
        const k = r[(pc + 1) | 0];
        const at = (r[s] + k) | 0;
        const h = r[(pc + 2) | 0];
        if (r[s + 16] !== 0 || at < bounds[h] || at > ((bounds[h + 1] - 2) | 0)) machine.touch(pc, limit, s, 2, false);
        const v = view.getInt16(at, true);
        r[d] = v;
        r[d + 16] = v >> 31;
        break;
      }
      case 127: {
        // stxh
        const k = r[(pc + 1) | 0];
        const at = (r[d] + k) | 0;
        const h = r[(pc + 2) | 0];
        if (r[d + 16] !== 0 || at < bounds[h + 2] || at > ((bounds[h + 3] - 2) | 0))
          machine.touch(pc, limit, d, 2, true);
        const v = r[s];
        view.setInt16(at, v, true);
        break;
      }
      case 128: {
        // sth
        const k = r[(pc + 1) | 0];
        const at = (r[d] + k) | 0;
        const h = r[(pc + 2) | 0];
        if (r[d + 16] !== 0 || at < bounds[h + 2] || at > ((bounds[h + 3] - 2) | 0))
          machine.touch(pc, limit, d, 2, true);
        const v = r[(pc + 3) | 0];
        view.setInt16(at, v, true);
        break;
      }
      case 129: {
        // ldxw
        const k = r[(pc + 1) | 0];
        const at = (r[s] + k) | 0;
        const h = r[(pc + 2) | 0];
        if (r[s + 16] !== 0 || at < bounds[h] || at > ((bounds[h + 1] - 4) | 0)) machine.touch(pc, limit, s, 4, false);
        r[d] = view.getInt32(at, true);
        r[d + 16] = 0;
        break;
      }
      case 130: {
        // ldxsw
        const k = r[(pc + 1) | 0];
        const at = (r[s] + k) | 0;
        const h = r[(pc + 2) | 0];
        if (r[s + 16] !== 0 || at < bounds[h] || at > ((bounds[h + 1] - 4) | 0)) machine.touch(pc, limit, s, 4, false);
        const v = view.getInt32(at, true);
        r[d] = v;
        r[d + 16] = v >> 31;
        break;
      }
      case 131: {
        // stxw
        const k = r[(pc + 1) | 0];
        const at = (r[d] + k) | 0;
        const h = r[(pc + 2) | 0];
        if (r[d + 16] !== 0 || at < bounds[h + 2] || at > ((bounds[h + 3] - 4) | 0))
          machine.touch(pc, limit, d, 4, true);
        const v = r[s];
        view.setInt32(at, v, true);
        break;
      }
      case 132: {
        // stw
        const k = r[(pc + 1) | 0];
        const at = (r[d] + k) | 0;
        const h = r[(pc + 2) | 0];
        if (r[d + 16] !== 0 || at < bounds[h + 2] || at > ((bounds[h + 3] - 4) | 0))
          machine.touch(pc, limit, d, 4, true);
        const v = r[(pc + 3) | 0];
        view.setInt32(at, v, true);
        break;
      }
      case 133: {
        // ldxdw
        const k = r[(pc + 1) | 0];
        const at = (r[s] + k) | 0;
        const h = r[(pc + 2) | 0];
        if (r[s + 16] !== 0 || at < bounds[h] || at > ((bounds[h + 1] - 8) | 0)) machine.touch(pc, limit, s, 8, false);
        r[d] = view.getInt32(at, true);
        r[d + 16] = view.getInt32(at + 4, true);
        break;
      }
      case 134: {
        // stxdw
        const k = r[(pc + 1) | 0];
        const at = (r[d] + k) | 0;
        const h = r[(pc + 2) | 0];
        if (r[d + 16] !== 0 || at < bounds[h + 2] || at > ((bounds[h + 3] - 8) | 0))
          machine.touch(pc, limit, d, 8, true);
        view.setInt32(at, r[s], true);
        view.setInt32(at + 4, r[s + 16], true);
        break;
      }
      case 135: {
        // stdw
        const k = r[(pc + 1) | 0];
        const at = (r[d] + k) | 0;
        const h = r[(pc + 2) | 0];
        if (r[d + 16] !== 0 || at < bounds[h + 2] || at > ((bounds[h + 3] - 8) | 0))
          machine.touch(pc, limit, d, 8, true);
        const v = r[(pc + 3) | 0];
        view.setInt32(at, v, true);
        view.setInt32(at + 4, v >> 31, true);
        break;
      }
      case 136: {
        // atomic32
        const k = r[(pc + 1) | 0];
        const at = (r[d] + k) | 0;
        const h = r[(pc + 2) | 0];
        if (r[d + 16] !== 0 || at < bounds[h + 2] || at > ((bounds[h + 3] - 4) | 0))
          machine.touch(pc, limit, d, 4, true);
        atomic32(r, view, at, s, r[(pc + 3) | 0]);
        break;
      }
      case 137: {
        // atomic
        const k = r[(pc + 1) | 0];
        const at = (r[d] + k) | 0;
        const h = r[(pc + 2) | 0];
        if (r[d + 16] !== 0 || at < bounds[h + 2] || at > ((bounds[h + 3] - 8) | 0))
          machine.touch(pc, limit, d, 8, true);
        atomic64(r, view, at, s, r[(pc + 3) | 0]);
        break;
      }
      case 138: {
        // call helper
        const k = r[(pc + 1) | 0];
        machine.position = pc;
        machine.limit = limit;
        executable.helpers[k](machine);
        bytes = machine.memory.bytes;
        view = machine.memory.data;
        bounds = machine.regions.bounds;
        if (machine.pending !== 0) return machine.pending;
        break;
      }
      case 139: {
        // callx
        machine.position = pc;
        machine.limit = limit;
        machine.helper(pc, r[d], r[d + 16])(machine);
        bytes = machine.memory.bytes;
        view = machine.memory.data;
        bounds = machine.regions.bounds;
        if (machine.pending !== 0) return machine.pending;
        break;
      }
      case 140: {
        // call local
        const k = r[(pc + 1) | 0];
        if (machine.depth === MAX_FRAMES - 1) {
          machine.limit = limit;
          throw machine.fault(pc, TOO_DEEP);
        }
        const f = FRAMES + FRAME_WORDS * machine.depth++;
        r[f] = pc + 4;
        r[f + 1] = r[6];
        r[f + 2] = r[7];
        r[f + 3] = r[8];
        r[f + 4] = r[9];
        r[f + 5] = r[22];
        r[f + 6] = r[23];
        r[f + 7] = r[24];
        r[f + 8] = r[25];
        const top = r[10] - FRAME_BYTES;
        r[10] = top;
        bounds[stack] = top - FRAME_BYTES;
        bounds[stack + 2] = top - FRAME_BYTES;
        const clear = r[(pc + 2) | 0];
        if (clear !== 0) machine.clear(top, clear);
        pc = (pc + k) | 0;
        limit = (limit + k) | 0;
        if (k < 0 && pc + 4 > limit) {
          machine.position = pc + 4;
          machine.limit = limit;
          return CHUNK_ENDED;
        }
        break;
      }
      case 141: {
        // exit
        if (machine.depth === 0) {
          machine.position = pc;
          machine.limit = limit;
          return EXITED;
        }
        const f = FRAMES + FRAME_WORDS * --machine.depth;
        r[6] = r[f + 1];
        r[7] = r[f + 2];
        r[8] = r[f + 3];
        r[9] = r[f + 4];
        r[22] = r[f + 5];
        r[23] = r[f + 6];
        r[24] = r[f + 7];
        r[25] = r[f + 8];
        const top = r[10] + FRAME_BYTES;
        r[10] = top;
        bounds[stack] = top - FRAME_BYTES;
        bounds[stack + 2] = top - FRAME_BYTES;
        const to = r[f];
        limit = (limit + to - pc - 4) | 0;
        pc = to | 0;
        continue;
      }
      case 142: {
        // ldxb.frame
        const k = r[(pc + 1) | 0];
        const at = (r[10] + k) | 0;
        r[d] = bytes[at];
        r[d + 16] = 0;
        break;
      }
      case 143: {
        // stxb.frame
        const k = r[(pc + 1) | 0];
        const at = (r[10] + k) | 0;
        const v = r[s];
        bytes[at] = v;
        break;
      }
      case 144: {
        // stb.frame
        const k = r[(pc + 1) | 0];
        const at = (r[10] + k) | 0;
        const v = r[(pc + 3) | 0];
        bytes[at] = v;
        break;
      }
      case 145: {
        // ldxh.frame
        const k = r[(pc + 1) | 0];
        const at = (r[10] + k) | 0;
        r[d] = view.getUint16(at, true);
        r[d + 16] = 0;
        break;
      }
      case 146: {
        // stxh.frame
        const k = r[(pc + 1) | 0];
        const at = (r[10] + k) | 0;
        const v = r[s];
        view.setInt16(at, v, true);
        break;
      }
      case 147: {
        // sth.frame
        const k = r[(pc + 1) | 0];
        const at = (r[10] + k) | 0;
        const v = r[(pc + 3) | 0];
        view.setInt16(at, v, true);
        break;
      }
      case 148: {
        // ldxw.frame
        const k = r[(pc + 1) | 0];
        const at = (r[10] + k) | 0;
        r[d] = view.getInt32(at, true);
        r[d + 16] = 0;
        break;
      }
      case 149: {
        // stxw.frame
        const k = r[(pc + 1) | 0];
        const at = (r[10] + k) | 0;
        const v = r[s];
        view.setInt32(at, v, true);
        break;
      }
      case 150: {
        // stw.frame
        const k = r[(pc + 1) | 0];
        const at = (r[10] + k) | 0;
        const v = r[(pc + 3) | 0];
        view.setInt32(at, v, true);
        break;
      }
      case 151: {
        // ldxdw.frame
        const k = r[(pc + 1) | 0];
        const at = (r[10] + k) | 0;
        r[d] = view.getInt32(at, true);
        r[d + 16] = view.getInt32(at + 4, true);
        break;
      }
      case 152: {
        // stxdw.frame
        const k = r[(pc + 1) | 0];
        const at = (r[10] + k) | 0;
        view.setInt32(at, r[s], true);
        view.setInt32(at + 4, r[s + 16], true);
        break;
      }
      case 153: {
        // stdw.frame
        const k = r[(pc + 1) | 0];
        const at = (r[10] + k) | 0;
        const v = r[(pc + 3) | 0];
        view.setInt32(at, v, true);
        view.setInt32(at + 4, v >> 31, true);
        break;
      }
      default:
        throw machine.fault(pc, PAST_END);
    }
    pc = (pc + 4) | 0;
  }
}
