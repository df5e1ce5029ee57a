import { atomic32, atomic64 } from "./atomic.ts";
import { divide, divideSigned, modulo, moduloSigned } from "./divide.ts";
import type { Executable } from "./executable.ts";
import type { Machine } from "./machine.ts";

/** What `execute` stopped for. */
export const EXITED = 1;
export const TAIL_CALLED = 2;
export const STOPPED = 3;

/** Words of code walked between two looks at budget and clock: 65,536 instructions. */
export const CHUNK = 4 * 65_536;

const PAST_END = "control runs past the end of the code";

export function execute(machine: Machine, executable: Executable, code: Int32Array, start: number): number {
  const lo = machine.lo;
  const hi = machine.hi;
  let bytes = machine.memory.bytes;
  let view = machine.memory.data;
  let bounds = machine.regions.bounds;
  let limit = machine.limit;
  let pc = start;
  for (;;) {
    const w = code[pc];
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
        const d = (w >>> 10) & 15;
        const a = lo[d];
        const b = code[pc + 1];
        const r = (a + b) | 0;
        lo[d] = r;
        hi[d] = (hi[d] + (b >> 31) + (((a & b) | ((a | b) & ~r)) >>> 31)) | 0;
        pc = (pc + 4) | 0;
        continue;
      }
      case 3: {
        // add.x
        const d = (w >>> 10) & 15;
        const s = w >>> 20;
        const a = lo[d];
        const b = lo[s];
        const r = (a + b) | 0;
        lo[d] = r;
        hi[d] = (hi[d] + hi[s] + (((a & b) | ((a | b) & ~r)) >>> 31)) | 0;
        pc = (pc + 4) | 0;
        continue;
      }
      case 4: {
        // sub.k
        const d = (w >>> 10) & 15;
        const a = lo[d];
        const b = code[pc + 1];
        const r = (a - b) | 0;
        lo[d] = r;
        hi[d] = (hi[d] - (b >> 31) - (((~a & b) | ((~a | b) & r)) >>> 31)) | 0;
        pc = (pc + 4) | 0;
        continue;
      }
      case 5: {
        // sub.x
        const d = (w >>> 10) & 15;
        const s = w >>> 20;
        const a = lo[d];
        const b = lo[s];
        const r = (a - b) | 0;
        lo[d] = r;
        hi[d] = (hi[d] - hi[s] - (((~a & b) | ((~a | b) & r)) >>> 31)) | 0;
        pc = (pc + 4) | 0;
        continue;
      }
      case 6: {
        // or.k
        const d = (w >>> 10) & 15;
        const b = code[pc + 1];
        lo[d] |= b;
        hi[d] |= b >> 31;
        pc = (pc + 4) | 0;
        continue;
      }
      case 7: {
        // or.x
        const d = (w >>> 10) & 15;
        const s = w >>> 20;
        const b = lo[s];
        lo[d] |= b;
        hi[d] |= hi[s];
        pc = (pc + 4) | 0;
        continue;
      }
      case 8: {
        // and.k
        const d = (w >>> 10) & 15;
        const b = code[pc + 1];
        lo[d] &= b;
        hi[d] &= b >> 31;
        pc = (pc + 4) | 0;
        continue;
      }
      case 9: {
        // and.x
        const d = (w >>> 10) & 15;
        const s = w >>> 20;
        const b = lo[s];
        lo[d] &= b;
        hi[d] &= hi[s];
        pc = (pc + 4) | 0;
        continue;
      }
      case 10: {
        // xor.k
        const d = (w >>> 10) & 15;
        const b = code[pc + 1];
        lo[d] ^= b;
        hi[d] ^= b >> 31;
        pc = (pc + 4) | 0;
        continue;
      }
      case 11: {
        // xor.x
        const d = (w >>> 10) & 15;
        const s = w >>> 20;
        const b = lo[s];
        lo[d] ^= b;
        hi[d] ^= hi[s];
        pc = (pc + 4) | 0;
        continue;
      }
      case 12: {
        // mov.k
        const d = (w >>> 10) & 15;
        const b = code[pc + 1];
        lo[d] = b;
        hi[d] = b >> 31;
        pc = (pc + 4) | 0;
        continue;
      }
      case 13: {
        // mov.x
        const d = (w >>> 10) & 15;
        const s = w >>> 20;
        const b = lo[s];
        lo[d] = b;
        hi[d] = hi[s];
        pc = (pc + 4) | 0;
        continue;
      }
      case 14: {
        // mul.k
        const d = (w >>> 10) & 15;
        const b = code[pc + 1];
        const a = lo[d];
        const a0 = a & 0xffff;
        const a1 = a >>> 16;
        const b0 = b & 0xffff;
        const b1 = b >>> 16;
        const t = Math.imul(a0, b0);
        const u = (Math.imul(a1, b0) + (t >>> 16)) | 0;
        const v = (Math.imul(a0, b1) + (u & 0xffff)) | 0;
        hi[d] = (Math.imul(a1, b1) + (u >>> 16) + (v >>> 16) + Math.imul(hi[d], b) + Math.imul(a, b >> 31)) | 0;
        lo[d] = Math.imul(a, b);
        pc = (pc + 4) | 0;
        continue;
      }
      case 15: {
        // mul.x
        const d = (w >>> 10) & 15;
        const s = w >>> 20;
        const b = lo[s];
        const a = lo[d];
        const a0 = a & 0xffff;
        const a1 = a >>> 16;
        const b0 = b & 0xffff;
        const b1 = b >>> 16;
        const t = Math.imul(a0, b0);
        const u = (Math.imul(a1, b0) + (t >>> 16)) | 0;
        const v = (Math.imul(a0, b1) + (u & 0xffff)) | 0;
        hi[d] = (Math.imul(a1, b1) + (u >>> 16) + (v >>> 16) + Math.imul(hi[d], b) + Math.imul(a, hi[s])) | 0;
        lo[d] = Math.imul(a, b);
        pc = (pc + 4) | 0;
        continue;
      }
      case 16: {
        // div.k
        const d = (w >>> 10) & 15;
        const k = code[pc + 1];
        divide(lo, hi, d, k, k >> 31);
        pc = (pc + 4) | 0;
        continue;
      }
      case 17: {
        // div.x
        const d = (w >>> 10) & 15;
        const s = w >>> 20;
        divide(lo, hi, d, lo[s], hi[s]);
        pc = (pc + 4) | 0;
        continue;
      }
      case 18: {
        // sdiv.k
        const d = (w >>> 10) & 15;
        const k = code[pc + 1];
        divideSigned(lo, hi, d, k, k >> 31);
        pc = (pc + 4) | 0;
        continue;
      }
      case 19: {
        // sdiv.x
        const d = (w >>> 10) & 15;
        const s = w >>> 20;
        divideSigned(lo, hi, d, lo[s], hi[s]);
        pc = (pc + 4) | 0;
        continue;
      }
      case 20: {
        // mod.k
        const d = (w >>> 10) & 15;
        const k = code[pc + 1];
        modulo(lo, hi, d, k, k >> 31);
        pc = (pc + 4) | 0;
        continue;
      }
      case 21: {
        // mod.x
        const d = (w >>> 10) & 15;
        const s = w >>> 20;
        modulo(lo, hi, d, lo[s], hi[s]);
        pc = (pc + 4) | 0;
        continue;
      }
      case 22: {
        // smod.k
        const d = (w >>> 10) & 15;
        const k = code[pc + 1];
        moduloSigned(lo, hi, d, k, k >> 31);
        pc = (pc + 4) | 0;
        continue;
      }
      case 23: {
        // smod.x
        const d = (w >>> 10) & 15;
        const s = w >>> 20;
        moduloSigned(lo, hi, d, lo[s], hi[s]);
        pc = (pc + 4) | 0;
        continue;
      }
      case 24: {
        // neg
        const d = (w >>> 10) & 15;
        const a = lo[d];
        lo[d] = -a | 0;
        hi[d] = (~hi[d] + (a === 0 ? 1 : 0)) | 0;
        pc = (pc + 4) | 0;
        continue;
      }
      case 25: {
        // lsh.k
        const d = (w >>> 10) & 15;
        const n = code[pc + 1] & 63;
        if (n > 31) {
          hi[d] = lo[d] << (n - 32);
          lo[d] = 0;
        } else if (n !== 0) {
          hi[d] = (hi[d] << n) | (lo[d] >>> (32 - n));
          lo[d] <<= n;
        }
        pc = (pc + 4) | 0;
        continue;
      }
      case 26: {
        // lsh.x
        const d = (w >>> 10) & 15;
        const n = lo[w >>> 20] & 63;
        if (n > 31) {
          hi[d] = lo[d] << (n - 32);
          lo[d] = 0;
        } else if (n !== 0) {
          hi[d] = (hi[d] << n) | (lo[d] >>> (32 - n));
          lo[d] <<= n;
        }
        pc = (pc + 4) | 0;
        continue;
      }
      case 27: {
        // rsh.k
        const d = (w >>> 10) & 15;
        const n = code[pc + 1] & 63;
        if (n > 31) {
          lo[d] = hi[d] >>> (n - 32);
          hi[d] = 0;
        } else if (n !== 0) {
          lo[d] = (lo[d] >>> n) | (hi[d] << (32 - n));
          hi[d] >>>= n;
        }
        pc = (pc + 4) | 0;
        continue;
      }
      case 28: {
        // rsh.x
        const d = (w >>> 10) & 15;
        const n = lo[w >>> 20] & 63;
        if (n > 31) {
          lo[d] = hi[d] >>> (n - 32);
          hi[d] = 0;
        } else if (n !== 0) {
          lo[d] = (lo[d] >>> n) | (hi[d] << (32 - n));
          hi[d] >>>= n;
        }
        pc = (pc + 4) | 0;
        continue;
      }
      case 29: {
        // arsh.k
        const d = (w >>> 10) & 15;
        const n = code[pc + 1] & 63;
        if (n > 31) {
          lo[d] = hi[d] >> (n - 32);
          hi[d] >>= 31;
        } else if (n !== 0) {
          lo[d] = (lo[d] >>> n) | (hi[d] << (32 - n));
          hi[d] >>= n;
        }
        pc = (pc + 4) | 0;
        continue;
      }
      case 30: {
        // arsh.x
        const d = (w >>> 10) & 15;
        const n = lo[w >>> 20] & 63;
        if (n > 31) {
          lo[d] = hi[d] >> (n - 32);
          hi[d] >>= 31;
        } else if (n !== 0) {
          lo[d] = (lo[d] >>> n) | (hi[d] << (32 - n));
          hi[d] >>= n;
        }
        pc = (pc + 4) | 0;
        continue;
      }
      case 31: {
        // movsx864
        const d = (w >>> 10) & 15;
        const r = (lo[w >>> 20] << 24) >> 24;
        lo[d] = r;
        hi[d] = r >> 31;
        pc = (pc + 4) | 0;
        continue;
      }
      case 32: {
        // movsx1664
        const d = (w >>> 10) & 15;
        const r = (lo[w >>> 20] << 16) >> 16;
        lo[d] = r;
        hi[d] = r >> 31;
        pc = (pc + 4) | 0;
        continue;
      }
      case 33: {
        // movsx3264
        const d = (w >>> 10) & 15;
        const r = lo[w >>> 20];
        lo[d] = r;
        hi[d] = r >> 31;
        pc = (pc + 4) | 0;
        continue;
      }
      case 34: {
        // add32.k
        const d = (w >>> 10) & 15;
        const b = code[pc + 1];
        lo[d] = (lo[d] + b) | 0;
        hi[d] = 0;
        pc = (pc + 4) | 0;
        continue;
      }
      case 35: {
        // add32.x
        const d = (w >>> 10) & 15;
        const b = lo[w >>> 20];
        lo[d] = (lo[d] + b) | 0;
        hi[d] = 0;
        pc = (pc + 4) | 0;
        continue;
      }
      case 36: {
        // sub32.k
        const d = (w >>> 10) & 15;
        const b = code[pc + 1];
        lo[d] = (lo[d] - b) | 0;
        hi[d] = 0;
        pc = (pc + 4) | 0;
        continue;
      }
      case 37: {
        // sub32.x
        const d = (w >>> 10) & 15;
        const b = lo[w >>> 20];
        lo[d] = (lo[d] - b) | 0;
        hi[d] = 0;
        pc = (pc + 4) | 0;
        continue;
      }
      case 38: {
        // mul32.k
        const d = (w >>> 10) & 15;
        const b = code[pc + 1];
        lo[d] = Math.imul(lo[d], b);
        hi[d] = 0;
        pc = (pc + 4) | 0;
        continue;
      }
      case 39: {
        // mul32.x
        const d = (w >>> 10) & 15;
        const b = lo[w >>> 20];
        lo[d] = Math.imul(lo[d], b);
        hi[d] = 0;
        pc = (pc + 4) | 0;
        continue;
      }
      case 40: {
        // or32.k
        const d = (w >>> 10) & 15;
        const b = code[pc + 1];
        lo[d] = lo[d] | b;
        hi[d] = 0;
        pc = (pc + 4) | 0;
        continue;
      }
      case 41: {
        // or32.x
        const d = (w >>> 10) & 15;
        const b = lo[w >>> 20];
        lo[d] = lo[d] | b;
        hi[d] = 0;
        pc = (pc + 4) | 0;
        continue;
      }
      case 42: {
        // and32.k
        const d = (w >>> 10) & 15;
        const b = code[pc + 1];
        lo[d] = lo[d] & b;
        hi[d] = 0;
        pc = (pc + 4) | 0;
        continue;
      }
      case 43: {
        // and32.x
        const d = (w >>> 10) & 15;
        const b = lo[w >>> 20];
        lo[d] = lo[d] & b;
        hi[d] = 0;
        pc = (pc + 4) | 0;
        continue;
      }
      case 44: {
        // xor32.k
        const d = (w >>> 10) & 15;
        const b = code[pc + 1];
        lo[d] = lo[d] ^ b;
        hi[d] = 0;
        pc = (pc + 4) | 0;
        continue;
      }
      case 45: {
        // xor32.x
        const d = (w >>> 10) & 15;
        const b = lo[w >>> 20];
        lo[d] = lo[d] ^ b;
        hi[d] = 0;
        pc = (pc + 4) | 0;
        continue;
      }
      case 46: {
        // mov32.k
        const d = (w >>> 10) & 15;
        const b = code[pc + 1];
        lo[d] = b;
        hi[d] = 0;
        pc = (pc + 4) | 0;
        continue;
      }
      case 47: {
        // mov32.x
        const d = (w >>> 10) & 15;
        const b = lo[w >>> 20];
        lo[d] = b;
        hi[d] = 0;
        pc = (pc + 4) | 0;
        continue;
      }
      case 48: {
        // lsh32.k
        const d = (w >>> 10) & 15;
        const b = code[pc + 1];
        lo[d] = lo[d] << b;
        hi[d] = 0;
        pc = (pc + 4) | 0;
        continue;
      }
      case 49: {
        // lsh32.x
        const d = (w >>> 10) & 15;
        const b = lo[w >>> 20];
        lo[d] = lo[d] << b;
        hi[d] = 0;
        pc = (pc + 4) | 0;
        continue;
      }
      case 50: {
        // rsh32.k
        const d = (w >>> 10) & 15;
        const b = code[pc + 1];
        lo[d] = lo[d] >>> b;
        hi[d] = 0;
        pc = (pc + 4) | 0;
        continue;
      }
      case 51: {
        // rsh32.x
        const d = (w >>> 10) & 15;
        const b = lo[w >>> 20];
        lo[d] = lo[d] >>> b;
        hi[d] = 0;
        pc = (pc + 4) | 0;
        continue;
      }
      case 52: {
        // arsh32.k
        const d = (w >>> 10) & 15;
        const b = code[pc + 1];
        lo[d] = lo[d] >> b;
        hi[d] = 0;
        pc = (pc + 4) | 0;
        continue;
      }
      case 53: {
        // arsh32.x
        const d = (w >>> 10) & 15;
        const b = lo[w >>> 20];
        lo[d] = lo[d] >> b;
        hi[d] = 0;
        pc = (pc + 4) | 0;
        continue;
      }
      case 54: {
        // div32.k
        const d = (w >>> 10) & 15;
        const b = code[pc + 1];
        lo[d] = b === 0 ? 0 : ((lo[d] >>> 0) / (b >>> 0)) | 0;
        hi[d] = 0;
        pc = (pc + 4) | 0;
        continue;
      }
      case 55: {
        // div32.x
        const d = (w >>> 10) & 15;
        const b = lo[w >>> 20];
        lo[d] = b === 0 ? 0 : ((lo[d] >>> 0) / (b >>> 0)) | 0;
        hi[d] = 0;
        pc = (pc + 4) | 0;
        continue;
      }
      case 56: {
        // mod32.k
        const d = (w >>> 10) & 15;
        const b = code[pc + 1];
        lo[d] = b === 0 ? lo[d] : ((lo[d] >>> 0) % (b >>> 0)) | 0;
        hi[d] = 0;
        pc = (pc + 4) | 0;
        continue;
      }
      case 57: {
        // mod32.x
        const d = (w >>> 10) & 15;
        const b = lo[w >>> 20];
        lo[d] = b === 0 ? lo[d] : ((lo[d] >>> 0) % (b >>> 0)) | 0;
        hi[d] = 0;
        pc = (pc + 4) | 0;
        continue;
      }
      case 58: {
        // sdiv32.k
        const d = (w >>> 10) & 15;
        const b = code[pc + 1];
        lo[d] = b === 0 ? 0 : (lo[d] / b) | 0;
        hi[d] = 0;
        pc = (pc + 4) | 0;
        continue;
      }
      case 59: {
        // sdiv32.x
        const d = (w >>> 10) & 15;
        const b = lo[w >>> 20];
        lo[d] = b === 0 ? 0 : (lo[d] / b) | 0;
        hi[d] = 0;
        pc = (pc + 4) | 0;
        continue;
      }
      case 60: {
        // smod32.k
        const d = (w >>> 10) & 15;
        const b = code[pc + 1];
        lo[d] = b === 0 ? lo[d] : (lo[d] % b) | 0;
        hi[d] = 0;
        pc = (pc + 4) | 0;
        continue;
      }
      case 61: {
        // smod32.x
        const d = (w >>> 10) & 15;
        const b = lo[w >>> 20];
        lo[d] = b === 0 ? lo[d] : (lo[d] % b) | 0;
        hi[d] = 0;
        pc = (pc + 4) | 0;
        continue;
      }
      case 62: {
        // neg32
        const d = (w >>> 10) & 15;
        lo[d] = -lo[d] | 0;
        hi[d] = 0;
        pc = (pc + 4) | 0;
        continue;
      }
      case 63: {
        // movsx832
        const d = (w >>> 10) & 15;
        lo[d] = (lo[w >>> 20] << 24) >> 24;
        hi[d] = 0;
        pc = (pc + 4) | 0;
        continue;
      }
      case 64: {
        // movsx1632
        const d = (w >>> 10) & 15;
        lo[d] = (lo[w >>> 20] << 16) >> 16;
        hi[d] = 0;
        pc = (pc + 4) | 0;
        continue;
      }
      case 65: {
        // movsx3232
        const d = (w >>> 10) & 15;
        lo[d] = lo[w >>> 20];
        hi[d] = 0;
        pc = (pc + 4) | 0;
        continue;
      }
      case 66: {
        // le16
        const d = (w >>> 10) & 15;
        lo[d] &= 0xffff;
        hi[d] = 0;
        pc = (pc + 4) | 0;
        continue;
      }
      case 67: {
        // le32
        const d = (w >>> 10) & 15;
        hi[d] = 0;
        pc = (pc + 4) | 0;
        continue;
      }
      case 68: {
        // le64
        pc = (pc + 4) | 0;
        continue;
      }
      case 69: {
        // be16
        const d = (w >>> 10) & 15;
        const a = lo[d];
        lo[d] = ((a & 0xff) << 8) | ((a >>> 8) & 0xff);
        hi[d] = 0;
        pc = (pc + 4) | 0;
        continue;
      }
      case 70: {
        // be32
        const d = (w >>> 10) & 15;
        const a = lo[d];
        lo[d] = (a << 24) | ((a & 0xff00) << 8) | ((a >>> 8) & 0xff00) | (a >>> 24);
        hi[d] = 0;
        pc = (pc + 4) | 0;
        continue;
      }
      case 71: {
        // be64
        const d = (w >>> 10) & 15;
        const a = lo[d];
        const b = hi[d];
        lo[d] = (b << 24) | ((b & 0xff00) << 8) | ((b >>> 8) & 0xff00) | (b >>> 24);
        hi[d] = (a << 24) | ((a & 0xff00) << 8) | ((a >>> 8) & 0xff00) | (a >>> 24);
        pc = (pc + 4) | 0;
        continue;
      }
      case 72: {
        // bswap16
        const d = (w >>> 10) & 15;
        const a = lo[d];
        lo[d] = ((a & 0xff) << 8) | ((a >>> 8) & 0xff);
        hi[d] = 0;
        pc = (pc + 4) | 0;
        continue;
      }
      case 73: {
        // bswap32
        const d = (w >>> 10) & 15;
        const a = lo[d];
        lo[d] = (a << 24) | ((a & 0xff00) << 8) | ((a >>> 8) & 0xff00) | (a >>> 24);
        hi[d] = 0;
        pc = (pc + 4) | 0;
        continue;
      }
      case 74: {
        // bswap64
        const d = (w >>> 10) & 15;
        const a = lo[d];
        const b = hi[d];
        lo[d] = (b << 24) | ((b & 0xff00) << 8) | ((b >>> 8) & 0xff00) | (b >>> 24);
        hi[d] = (a << 24) | ((a & 0xff00) << 8) | ((a >>> 8) & 0xff00) | (a >>> 24);
        pc = (pc + 4) | 0;
        continue;
      }
      case 75: {
        // lddw
        const d = (w >>> 10) & 15;
        lo[d] = code[pc + 1];
        hi[d] = code[pc + 2];
        pc = (pc + 4) | 0;
        continue;
      }
      case 76: {
        // jeq.k
        const d = (w >>> 10) & 15;
        const a = lo[d];
        const ah = hi[d];
        const b = code[pc + 2];
        const bh = b >> 31;
        if (a === b && ah === bh) {
          const step = code[pc + 1];
          pc = (pc + 4 + step) | 0;
          limit = (limit + step) | 0;
          if (step < 0 && pc > limit) limit = machine.refuel(pc, limit);
        } else pc = (pc + 4) | 0;
        continue;
      }
      case 77: {
        // jeq.x
        const d = (w >>> 10) & 15;
        const s = w >>> 20;
        const a = lo[d];
        const ah = hi[d];
        const b = lo[s];
        const bh = hi[s];
        if (a === b && ah === bh) {
          const step = code[pc + 1];
          pc = (pc + 4 + step) | 0;
          limit = (limit + step) | 0;
          if (step < 0 && pc > limit) limit = machine.refuel(pc, limit);
        } else pc = (pc + 4) | 0;
        continue;
      }
      case 78: {
        // jne.k
        const d = (w >>> 10) & 15;
        const a = lo[d];
        const ah = hi[d];
        const b = code[pc + 2];
        const bh = b >> 31;
        if (a !== b || ah !== bh) {
          const step = code[pc + 1];
          pc = (pc + 4 + step) | 0;
          limit = (limit + step) | 0;
          if (step < 0 && pc > limit) limit = machine.refuel(pc, limit);
        } else pc = (pc + 4) | 0;
        continue;
      }
      case 79: {
        // jne.x
        const d = (w >>> 10) & 15;
        const s = w >>> 20;
        const a = lo[d];
        const ah = hi[d];
        const b = lo[s];
        const bh = hi[s];
        if (a !== b || ah !== bh) {
          const step = code[pc + 1];
          pc = (pc + 4 + step) | 0;
          limit = (limit + step) | 0;
          if (step < 0 && pc > limit) limit = machine.refuel(pc, limit);
        } else pc = (pc + 4) | 0;
        continue;
      }
      case 80: {
        // jgt.k
        const d = (w >>> 10) & 15;
        const a = lo[d];
        const ah = hi[d];
        const b = code[pc + 2];
        const bh = b >> 31;
        if (ah >>> 0 > bh >>> 0 || (ah === bh && a >>> 0 > b >>> 0)) {
          const step = code[pc + 1];
          pc = (pc + 4 + step) | 0;
          limit = (limit + step) | 0;
          if (step < 0 && pc > limit) limit = machine.refuel(pc, limit);
        } else pc = (pc + 4) | 0;
        continue;
      }
      case 81: {
        // jgt.x
        const d = (w >>> 10) & 15;
        const s = w >>> 20;
        const a = lo[d];
        const ah = hi[d];
        const b = lo[s];
        const bh = hi[s];
        if (ah >>> 0 > bh >>> 0 || (ah === bh && a >>> 0 > b >>> 0)) {
          const step = code[pc + 1];
          pc = (pc + 4 + step) | 0;
          limit = (limit + step) | 0;
          if (step < 0 && pc > limit) limit = machine.refuel(pc, limit);
        } else pc = (pc + 4) | 0;
        continue;
      }
      case 82: {
        // jge.k
        const d = (w >>> 10) & 15;
        const a = lo[d];
        const ah = hi[d];
        const b = code[pc + 2];
        const bh = b >> 31;
        if (ah >>> 0 > bh >>> 0 || (ah === bh && a >>> 0 >= b >>> 0)) {
          const step = code[pc + 1];
          pc = (pc + 4 + step) | 0;
          limit = (limit + step) | 0;
          if (step < 0 && pc > limit) limit = machine.refuel(pc, limit);
        } else pc = (pc + 4) | 0;
        continue;
      }
      case 83: {
        // jge.x
        const d = (w >>> 10) & 15;
        const s = w >>> 20;
        const a = lo[d];
        const ah = hi[d];
        const b = lo[s];
        const bh = hi[s];
        if (ah >>> 0 > bh >>> 0 || (ah === bh && a >>> 0 >= b >>> 0)) {
          const step = code[pc + 1];
          pc = (pc + 4 + step) | 0;
          limit = (limit + step) | 0;
          if (step < 0 && pc > limit) limit = machine.refuel(pc, limit);
        } else pc = (pc + 4) | 0;
        continue;
      }
      case 84: {
        // jlt.k
        const d = (w >>> 10) & 15;
        const a = lo[d];
        const ah = hi[d];
        const b = code[pc + 2];
        const bh = b >> 31;
        if (ah >>> 0 < bh >>> 0 || (ah === bh && a >>> 0 < b >>> 0)) {
          const step = code[pc + 1];
          pc = (pc + 4 + step) | 0;
          limit = (limit + step) | 0;
          if (step < 0 && pc > limit) limit = machine.refuel(pc, limit);
        } else pc = (pc + 4) | 0;
        continue;
      }
      case 85: {
        // jlt.x
        const d = (w >>> 10) & 15;
        const s = w >>> 20;
        const a = lo[d];
        const ah = hi[d];
        const b = lo[s];
        const bh = hi[s];
        if (ah >>> 0 < bh >>> 0 || (ah === bh && a >>> 0 < b >>> 0)) {
          const step = code[pc + 1];
          pc = (pc + 4 + step) | 0;
          limit = (limit + step) | 0;
          if (step < 0 && pc > limit) limit = machine.refuel(pc, limit);
        } else pc = (pc + 4) | 0;
        continue;
      }
      case 86: {
        // jle.k
        const d = (w >>> 10) & 15;
        const a = lo[d];
        const ah = hi[d];
        const b = code[pc + 2];
        const bh = b >> 31;
        if (ah >>> 0 < bh >>> 0 || (ah === bh && a >>> 0 <= b >>> 0)) {
          const step = code[pc + 1];
          pc = (pc + 4 + step) | 0;
          limit = (limit + step) | 0;
          if (step < 0 && pc > limit) limit = machine.refuel(pc, limit);
        } else pc = (pc + 4) | 0;
        continue;
      }
      case 87: {
        // jle.x
        const d = (w >>> 10) & 15;
        const s = w >>> 20;
        const a = lo[d];
        const ah = hi[d];
        const b = lo[s];
        const bh = hi[s];
        if (ah >>> 0 < bh >>> 0 || (ah === bh && a >>> 0 <= b >>> 0)) {
          const step = code[pc + 1];
          pc = (pc + 4 + step) | 0;
          limit = (limit + step) | 0;
          if (step < 0 && pc > limit) limit = machine.refuel(pc, limit);
        } else pc = (pc + 4) | 0;
        continue;
      }
      case 88: {
        // jsgt.k
        const d = (w >>> 10) & 15;
        const a = lo[d];
        const ah = hi[d];
        const b = code[pc + 2];
        const bh = b >> 31;
        if (ah > bh || (ah === bh && a >>> 0 > b >>> 0)) {
          const step = code[pc + 1];
          pc = (pc + 4 + step) | 0;
          limit = (limit + step) | 0;
          if (step < 0 && pc > limit) limit = machine.refuel(pc, limit);
        } else pc = (pc + 4) | 0;
        continue;
      }
      case 89: {
        // jsgt.x
        const d = (w >>> 10) & 15;
        const s = w >>> 20;
        const a = lo[d];
        const ah = hi[d];
        const b = lo[s];
        const bh = hi[s];
        if (ah > bh || (ah === bh && a >>> 0 > b >>> 0)) {
          const step = code[pc + 1];
          pc = (pc + 4 + step) | 0;
          limit = (limit + step) | 0;
          if (step < 0 && pc > limit) limit = machine.refuel(pc, limit);
        } else pc = (pc + 4) | 0;
        continue;
      }
      case 90: {
        // jsge.k
        const d = (w >>> 10) & 15;
        const a = lo[d];
        const ah = hi[d];
        const b = code[pc + 2];
        const bh = b >> 31;
        if (ah > bh || (ah === bh && a >>> 0 >= b >>> 0)) {
          const step = code[pc + 1];
          pc = (pc + 4 + step) | 0;
          limit = (limit + step) | 0;
          if (step < 0 && pc > limit) limit = machine.refuel(pc, limit);
        } else pc = (pc + 4) | 0;
        continue;
      }
      case 91: {
        // jsge.x
        const d = (w >>> 10) & 15;
        const s = w >>> 20;
        const a = lo[d];
        const ah = hi[d];
        const b = lo[s];
        const bh = hi[s];
        if (ah > bh || (ah === bh && a >>> 0 >= b >>> 0)) {
          const step = code[pc + 1];
          pc = (pc + 4 + step) | 0;
          limit = (limit + step) | 0;
          if (step < 0 && pc > limit) limit = machine.refuel(pc, limit);
        } else pc = (pc + 4) | 0;
        continue;
      }
      case 92: {
        // jslt.k
        const d = (w >>> 10) & 15;
        const a = lo[d];
        const ah = hi[d];
        const b = code[pc + 2];
        const bh = b >> 31;
        if (ah < bh || (ah === bh && a >>> 0 < b >>> 0)) {
          const step = code[pc + 1];
          pc = (pc + 4 + step) | 0;
          limit = (limit + step) | 0;
          if (step < 0 && pc > limit) limit = machine.refuel(pc, limit);
        } else pc = (pc + 4) | 0;
        continue;
      }
      case 93: {
        // jslt.x
        const d = (w >>> 10) & 15;
        const s = w >>> 20;
        const a = lo[d];
        const ah = hi[d];
        const b = lo[s];
        const bh = hi[s];
        if (ah < bh || (ah === bh && a >>> 0 < b >>> 0)) {
          const step = code[pc + 1];
          pc = (pc + 4 + step) | 0;
          limit = (limit + step) | 0;
          if (step < 0 && pc > limit) limit = machine.refuel(pc, limit);
        } else pc = (pc + 4) | 0;
        continue;
      }
      case 94: {
        // jsle.k
        const d = (w >>> 10) & 15;
        const a = lo[d];
        const ah = hi[d];
        const b = code[pc + 2];
        const bh = b >> 31;
        if (ah < bh || (ah === bh && a >>> 0 <= b >>> 0)) {
          const step = code[pc + 1];
          pc = (pc + 4 + step) | 0;
          limit = (limit + step) | 0;
          if (step < 0 && pc > limit) limit = machine.refuel(pc, limit);
        } else pc = (pc + 4) | 0;
        continue;
      }
      case 95: {
        // jsle.x
        const d = (w >>> 10) & 15;
        const s = w >>> 20;
        const a = lo[d];
        const ah = hi[d];
        const b = lo[s];
        const bh = hi[s];
        if (ah < bh || (ah === bh && a >>> 0 <= b >>> 0)) {
          const step = code[pc + 1];
          pc = (pc + 4 + step) | 0;
          limit = (limit + step) | 0;
          if (step < 0 && pc > limit) limit = machine.refuel(pc, limit);
        } else pc = (pc + 4) | 0;
        continue;
      }
      case 96: {
        // jset.k
        const d = (w >>> 10) & 15;
        const a = lo[d];
        const ah = hi[d];
        const b = code[pc + 2];
        const bh = b >> 31;
        if (((a & b) | (ah & bh)) !== 0) {
          const step = code[pc + 1];
          pc = (pc + 4 + step) | 0;
          limit = (limit + step) | 0;
          if (step < 0 && pc > limit) limit = machine.refuel(pc, limit);
        } else pc = (pc + 4) | 0;
        continue;
      }
      case 97: {
        // jset.x
        const d = (w >>> 10) & 15;
        const s = w >>> 20;
        const a = lo[d];
        const ah = hi[d];
        const b = lo[s];
        const bh = hi[s];
        if (((a & b) | (ah & bh)) !== 0) {
          const step = code[pc + 1];
          pc = (pc + 4 + step) | 0;
          limit = (limit + step) | 0;
          if (step < 0 && pc > limit) limit = machine.refuel(pc, limit);
        } else pc = (pc + 4) | 0;
        continue;
      }
      case 98: {
        // jeq32.k
        const d = (w >>> 10) & 15;
        const a = lo[d];
        const b = code[pc + 2];
        if (a === b) {
          const step = code[pc + 1];
          pc = (pc + 4 + step) | 0;
          limit = (limit + step) | 0;
          if (step < 0 && pc > limit) limit = machine.refuel(pc, limit);
        } else pc = (pc + 4) | 0;
        continue;
      }
      case 99: {
        // jeq32.x
        const d = (w >>> 10) & 15;
        const a = lo[d];
        const b = lo[w >>> 20];
        if (a === b) {
          const step = code[pc + 1];
          pc = (pc + 4 + step) | 0;
          limit = (limit + step) | 0;
          if (step < 0 && pc > limit) limit = machine.refuel(pc, limit);
        } else pc = (pc + 4) | 0;
        continue;
      }
      case 100: {
        // jne32.k
        const d = (w >>> 10) & 15;
        const a = lo[d];
        const b = code[pc + 2];
        if (a !== b) {
          const step = code[pc + 1];
          pc = (pc + 4 + step) | 0;
          limit = (limit + step) | 0;
          if (step < 0 && pc > limit) limit = machine.refuel(pc, limit);
        } else pc = (pc + 4) | 0;
        continue;
      }
      case 101: {
        // jne32.x
        const d = (w >>> 10) & 15;
        const a = lo[d];
        const b = lo[w >>> 20];
        if (a !== b) {
          const step = code[pc + 1];
          pc = (pc + 4 + step) | 0;
          limit = (limit + step) | 0;
          if (step < 0 && pc > limit) limit = machine.refuel(pc, limit);
        } else pc = (pc + 4) | 0;
        continue;
      }
      case 102: {
        // jgt32.k
        const d = (w >>> 10) & 15;
        const a = lo[d];
        const b = code[pc + 2];
        if (a >>> 0 > b >>> 0) {
          const step = code[pc + 1];
          pc = (pc + 4 + step) | 0;
          limit = (limit + step) | 0;
          if (step < 0 && pc > limit) limit = machine.refuel(pc, limit);
        } else pc = (pc + 4) | 0;
        continue;
      }
      case 103: {
        // jgt32.x
        const d = (w >>> 10) & 15;
        const a = lo[d];
        const b = lo[w >>> 20];
        if (a >>> 0 > b >>> 0) {
          const step = code[pc + 1];
          pc = (pc + 4 + step) | 0;
          limit = (limit + step) | 0;
          if (step < 0 && pc > limit) limit = machine.refuel(pc, limit);
        } else pc = (pc + 4) | 0;
        continue;
      }
      case 104: {
        // jge32.k
        const d = (w >>> 10) & 15;
        const a = lo[d];
        const b = code[pc + 2];
        if (a >>> 0 >= b >>> 0) {
          const step = code[pc + 1];
          pc = (pc + 4 + step) | 0;
          limit = (limit + step) | 0;
          if (step < 0 && pc > limit) limit = machine.refuel(pc, limit);
        } else pc = (pc + 4) | 0;
        continue;
      }
      case 105: {
        // jge32.x
        const d = (w >>> 10) & 15;
        const a = lo[d];
        const b = lo[w >>> 20];
        if (a >>> 0 >= b >>> 0) {
          const step = code[pc + 1];
          pc = (pc + 4 + step) | 0;
          limit = (limit + step) | 0;
          if (step < 0 && pc > limit) limit = machine.refuel(pc, limit);
        } else pc = (pc + 4) | 0;
        continue;
      }
      case 106: {
        // jlt32.k
        const d = (w >>> 10) & 15;
        const a = lo[d];
        const b = code[pc + 2];
        if (a >>> 0 < b >>> 0) {
          const step = code[pc + 1];
          pc = (pc + 4 + step) | 0;
          limit = (limit + step) | 0;
          if (step < 0 && pc > limit) limit = machine.refuel(pc, limit);
        } else pc = (pc + 4) | 0;
        continue;
      }
      case 107: {
        // jlt32.x
        const d = (w >>> 10) & 15;
        const a = lo[d];
        const b = lo[w >>> 20];
        if (a >>> 0 < b >>> 0) {
          const step = code[pc + 1];
          pc = (pc + 4 + step) | 0;
          limit = (limit + step) | 0;
          if (step < 0 && pc > limit) limit = machine.refuel(pc, limit);
        } else pc = (pc + 4) | 0;
        continue;
      }
      case 108: {
        // jle32.k
        const d = (w >>> 10) & 15;
        const a = lo[d];
        const b = code[pc + 2];
        if (a >>> 0 <= b >>> 0) {
          const step = code[pc + 1];
          pc = (pc + 4 + step) | 0;
          limit = (limit + step) | 0;
          if (step < 0 && pc > limit) limit = machine.refuel(pc, limit);
        } else pc = (pc + 4) | 0;
        continue;
      }
      case 109: {
        // jle32.x
        const d = (w >>> 10) & 15;
        const a = lo[d];
        const b = lo[w >>> 20];
        if (a >>> 0 <= b >>> 0) {
          const step = code[pc + 1];
          pc = (pc + 4 + step) | 0;
          limit = (limit + step) | 0;
          if (step < 0 && pc > limit) limit = machine.refuel(pc, limit);
        } else pc = (pc + 4) | 0;
        continue;
      }
      case 110: {
        // jsgt32.k
        const d = (w >>> 10) & 15;
        const a = lo[d];
        const b = code[pc + 2];
        if (a > b) {
          const step = code[pc + 1];
          pc = (pc + 4 + step) | 0;
          limit = (limit + step) | 0;
          if (step < 0 && pc > limit) limit = machine.refuel(pc, limit);
        } else pc = (pc + 4) | 0;
        continue;
      }
      case 111: {
        // jsgt32.x
        const d = (w >>> 10) & 15;
        const a = lo[d];
        const b = lo[w >>> 20];
        if (a > b) {
          const step = code[pc + 1];
          pc = (pc + 4 + step) | 0;
          limit = (limit + step) | 0;
          if (step < 0 && pc > limit) limit = machine.refuel(pc, limit);
        } else pc = (pc + 4) | 0;
        continue;
      }
      case 112: {
        // jsge32.k
        const d = (w >>> 10) & 15;
        const a = lo[d];
        const b = code[pc + 2];
        if (a >= b) {
          const step = code[pc + 1];
          pc = (pc + 4 + step) | 0;
          limit = (limit + step) | 0;
          if (step < 0 && pc > limit) limit = machine.refuel(pc, limit);
        } else pc = (pc + 4) | 0;
        continue;
      }
      case 113: {
        // jsge32.x
        const d = (w >>> 10) & 15;
        const a = lo[d];
        const b = lo[w >>> 20];
        if (a >= b) {
          const step = code[pc + 1];
          pc = (pc + 4 + step) | 0;
          limit = (limit + step) | 0;
          if (step < 0 && pc > limit) limit = machine.refuel(pc, limit);
        } else pc = (pc + 4) | 0;
        continue;
      }
      case 114: {
        // jslt32.k
        const d = (w >>> 10) & 15;
        const a = lo[d];
        const b = code[pc + 2];
        if (a < b) {
          const step = code[pc + 1];
          pc = (pc + 4 + step) | 0;
          limit = (limit + step) | 0;
          if (step < 0 && pc > limit) limit = machine.refuel(pc, limit);
        } else pc = (pc + 4) | 0;
        continue;
      }
      case 115: {
        // jslt32.x
        const d = (w >>> 10) & 15;
        const a = lo[d];
        const b = lo[w >>> 20];
        if (a < b) {
          const step = code[pc + 1];
          pc = (pc + 4 + step) | 0;
          limit = (limit + step) | 0;
          if (step < 0 && pc > limit) limit = machine.refuel(pc, limit);
        } else pc = (pc + 4) | 0;
        continue;
      }
      case 116: {
        // jsle32.k
        const d = (w >>> 10) & 15;
        const a = lo[d];
        const b = code[pc + 2];
        if (a <= b) {
          const step = code[pc + 1];
          pc = (pc + 4 + step) | 0;
          limit = (limit + step) | 0;
          if (step < 0 && pc > limit) limit = machine.refuel(pc, limit);
        } else pc = (pc + 4) | 0;
        continue;
      }
      case 117: {
        // jsle32.x
        const d = (w >>> 10) & 15;
        const a = lo[d];
        const b = lo[w >>> 20];
        if (a <= b) {
          const step = code[pc + 1];
          pc = (pc + 4 + step) | 0;
          limit = (limit + step) | 0;
          if (step < 0 && pc > limit) limit = machine.refuel(pc, limit);
        } else pc = (pc + 4) | 0;
        continue;
      }
      case 118: {
        // jset32.k
        const d = (w >>> 10) & 15;
        const a = lo[d];
        const b = code[pc + 2];
        if ((a & b) !== 0) {
          const step = code[pc + 1];
          pc = (pc + 4 + step) | 0;
          limit = (limit + step) | 0;
          if (step < 0 && pc > limit) limit = machine.refuel(pc, limit);
        } else pc = (pc + 4) | 0;
        continue;
      }
      case 119: {
        // jset32.x
        const d = (w >>> 10) & 15;
        const a = lo[d];
        const b = lo[w >>> 20];
        if ((a & b) !== 0) {
          const step = code[pc + 1];
          pc = (pc + 4 + step) | 0;
          limit = (limit + step) | 0;
          if (step < 0 && pc > limit) limit = machine.refuel(pc, limit);
        } else pc = (pc + 4) | 0;
        continue;
      }
      case 120: {
        // ja
        {
          const step = code[pc + 1];
          pc = (pc + 4 + step) | 0;
          limit = (limit + step) | 0;
          if (step < 0 && pc > limit) limit = machine.refuel(pc, limit);
        }
        continue;
      }
      case 121: {
        // ldxb
        const d = (w >>> 10) & 15;
        const s = w >>> 20;
        const at = (lo[s] + code[pc + 1]) | 0;
        const h = code[pc + 2];
        if (hi[s] !== 0 || at < bounds[h] || at > ((bounds[h + 1] - 1) | 0))
          machine.touch(code, pc, limit, s, 1, false);
        lo[d] = bytes[at];
        hi[d] = 0;
        pc = (pc + 4) | 0;
        continue;
      }
      case 122: {
        // ldxsb
        const d = (w >>> 10) & 15;
        const s = w >>> 20;
        const at = (lo[s] + code[pc + 1]) | 0;
        const h = code[pc + 2];
        if (hi[s] !== 0 || at < bounds[h] || at > ((bounds[h + 1] - 1) | 0))
          machine.touch(code, pc, limit, s, 1, false);
        const v = (bytes[at] << 24) >> 24;
        lo[d] = v;
        hi[d] = v >> 31;
        pc = (pc + 4) | 0;
        continue;
      }
      case 123: {
        // stxb
        const d = (w >>> 10) & 15;
        const at = (lo[d] + code[pc + 1]) | 0;
        const h = code[pc + 2];
        if (hi[d] !== 0 || at < bounds[h + 2] || at > ((bounds[h + 3] - 1) | 0))
          machine.touch(code, pc, limit, d, 1, true);
        const v = lo[w >>> 20];
        bytes[at] = v;
        pc = (pc + 4) | 0;
        continue;
      }
      case 124: {
        // stb
        const d = (w >>> 10) & 15;
        const at = (lo[d] + code[pc + 1]) | 0;
        const h = code[pc + 2];
        if (hi[d] !== 0 || at < bounds[h + 2] || at > ((bounds[h + 3] - 1) | 0))
          machine.touch(code, pc, limit, d, 1, true);
        const v = code[pc + 3];
        bytes[at] = v;
        pc = (pc + 4) | 0;
        continue;
      }
      case 125: {
        // ldxh
        const d = (w >>> 10) & 15;
        const s = w >>> 20;
        const at = (lo[s] + code[pc + 1]) | 0;
        const h = code[pc + 2];
        if (hi[s] !== 0 || at < bounds[h] || at > ((bounds[h + 1] - 2) | 0))
          machine.touch(code, pc, limit, s, 2, false);
        lo[d] = view.getUint16(at, true);
        hi[d] = 0;
        pc = (pc + 4) | 0;
        continue;
      }
      case 126: {
        // ldxsh
        const d = (w >>> 10) & 15;
        const s = w >>> 20;
        const at = (lo[s] + code[pc + 1]) | 0;
        const h = code[pc + 2];
        if (hi[s] !== 0 || at < bounds[h] || at > ((bounds[h + 1] - 2) | 0))
          machine.touch(code, pc, limit, s, 2, false);
        const v = view.getInt16(at, true);
        lo[d] = v;
        hi[d] = v >> 31;
        pc = (pc + 4) | 0;
        continue;
      }
      case 127: {
        // stxh
        const d = (w >>> 10) & 15;
        const at = (lo[d] + code[pc + 1]) | 0;
        const h = code[pc + 2];
        if (hi[d] !== 0 || at < bounds[h + 2] || at > ((bounds[h + 3] - 2) | 0))
          machine.touch(code, pc, limit, d, 2, true);
        const v = lo[w >>> 20];
        view.setInt16(at, v, true);
        pc = (pc + 4) | 0;
        continue;
      }
      case 128: {
        // sth
        const d = (w >>> 10) & 15;
        const at = (lo[d] + code[pc + 1]) | 0;
        const h = code[pc + 2];
        if (hi[d] !== 0 || at < bounds[h + 2] || at > ((bounds[h + 3] - 2) | 0))
          machine.touch(code, pc, limit, d, 2, true);
        const v = code[pc + 3];
        view.setInt16(at, v, true);
        pc = (pc + 4) | 0;
        continue;
      }
      case 129: {
        // ldxw
        const d = (w >>> 10) & 15;
        const s = w >>> 20;
        const at = (lo[s] + code[pc + 1]) | 0;
        const h = code[pc + 2];
        if (hi[s] !== 0 || at < bounds[h] || at > ((bounds[h + 1] - 4) | 0))
          machine.touch(code, pc, limit, s, 4, false);
        lo[d] = view.getInt32(at, true);
        hi[d] = 0;
        pc = (pc + 4) | 0;
        continue;
      }
      case 130: {
        // ldxsw
        const d = (w >>> 10) & 15;
        const s = w >>> 20;
        const at = (lo[s] + code[pc + 1]) | 0;
        const h = code[pc + 2];
        if (hi[s] !== 0 || at < bounds[h] || at > ((bounds[h + 1] - 4) | 0))
          machine.touch(code, pc, limit, s, 4, false);
        const v = view.getInt32(at, true);
        lo[d] = v;
        hi[d] = v >> 31;
        pc = (pc + 4) | 0;
        continue;
      }
      case 131: {
        // stxw
        const d = (w >>> 10) & 15;
        const at = (lo[d] + code[pc + 1]) | 0;
        const h = code[pc + 2];
        if (hi[d] !== 0 || at < bounds[h + 2] || at > ((bounds[h + 3] - 4) | 0))
          machine.touch(code, pc, limit, d, 4, true);
        const v = lo[w >>> 20];
        view.setInt32(at, v, true);
        pc = (pc + 4) | 0;
        continue;
      }
      case 132: {
        // stw
        const d = (w >>> 10) & 15;
        const at = (lo[d] + code[pc + 1]) | 0;
        const h = code[pc + 2];
        if (hi[d] !== 0 || at < bounds[h + 2] || at > ((bounds[h + 3] - 4) | 0))
          machine.touch(code, pc, limit, d, 4, true);
        const v = code[pc + 3];
        view.setInt32(at, v, true);
        pc = (pc + 4) | 0;
        continue;
      }
      case 133: {
        // ldxdw
        const d = (w >>> 10) & 15;
        const s = w >>> 20;
        const at = (lo[s] + code[pc + 1]) | 0;
        const h = code[pc + 2];
        if (hi[s] !== 0 || at < bounds[h] || at > ((bounds[h + 1] - 8) | 0))
          machine.touch(code, pc, limit, s, 8, false);
        lo[d] = view.getInt32(at, true);
        hi[d] = view.getInt32(at + 4, true);
        pc = (pc + 4) | 0;
        continue;
      }
      case 134: {
        // stxdw
        const d = (w >>> 10) & 15;
        const s = w >>> 20;
        const at = (lo[d] + code[pc + 1]) | 0;
        const h = code[pc + 2];
        if (hi[d] !== 0 || at < bounds[h + 2] || at > ((bounds[h + 3] - 8) | 0))
          machine.touch(code, pc, limit, d, 8, true);
        view.setInt32(at, lo[s], true);
        view.setInt32(at + 4, hi[s], true);
        pc = (pc + 4) | 0;
        continue;
      }
      case 135: {
        // stdw
        const d = (w >>> 10) & 15;
        const at = (lo[d] + code[pc + 1]) | 0;
        const h = code[pc + 2];
        if (hi[d] !== 0 || at < bounds[h + 2] || at > ((bounds[h + 3] - 8) | 0))
          machine.touch(code, pc, limit, d, 8, true);
        const v = code[pc + 3];
        view.setInt32(at, v, true);
        view.setInt32(at + 4, v >> 31, true);
        pc = (pc + 4) | 0;
        continue;
      }
      case 136: {
        // atomic32
        const d = (w >>> 10) & 15;
        const at = (lo[d] + code[pc + 1]) | 0;
        const h = code[pc + 2];
        if (hi[d] !== 0 || at < bounds[h + 2] || at > ((bounds[h + 3] - 4) | 0))
          machine.touch(code, pc, limit, d, 4, true);
        atomic32(lo, hi, view, at, w >>> 20, code[pc + 3]);
        pc = (pc + 4) | 0;
        continue;
      }
      case 137: {
        // atomic
        const d = (w >>> 10) & 15;
        const at = (lo[d] + code[pc + 1]) | 0;
        const h = code[pc + 2];
        if (hi[d] !== 0 || at < bounds[h + 2] || at > ((bounds[h + 3] - 8) | 0))
          machine.touch(code, pc, limit, d, 8, true);
        atomic64(lo, hi, view, at, w >>> 20, code[pc + 3]);
        pc = (pc + 4) | 0;
        continue;
      }
      case 138: {
        // call helper
        machine.position = pc;
        machine.limit = limit;
        executable.helpers[code[pc + 1]](machine);
        bytes = machine.memory.bytes;
        view = machine.memory.data;
        bounds = machine.regions.bounds;
        if (machine.pending === 0) {
          pc = (pc + 4) | 0;
          continue;
        }
        return machine.pending;
      }
      case 139: {
        // callx
        const d = (w >>> 10) & 15;
        machine.position = pc;
        machine.limit = limit;
        machine.helper(pc, lo[d], hi[d])(machine);
        bytes = machine.memory.bytes;
        view = machine.memory.data;
        bounds = machine.regions.bounds;
        if (machine.pending === 0) {
          pc = (pc + 4) | 0;
          continue;
        }
        return machine.pending;
      }
      case 140: {
        // call local
        machine.enter(pc, limit, code[pc + 2]);
        {
          const step = code[pc + 1];
          pc = (pc + 4 + step) | 0;
          limit = (limit + step) | 0;
          if (step < 0 && pc > limit) limit = machine.refuel(pc, limit);
        }
        continue;
      }
      case 141: {
        // exit
        if (machine.depth === 0) {
          machine.position = pc;
          machine.limit = limit;
          return EXITED;
        }
        const to = machine.leave();
        limit = (limit + to - pc - 4) | 0;
        pc = to;
        continue;
      }
      default:
        throw machine.fault(pc, PAST_END);
    }
  }
}
