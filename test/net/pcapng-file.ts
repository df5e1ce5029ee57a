/** Builds a pcapng file block by block, by the letter of draft-ietf-opsawg-pcapng, without the code under test. */
export class PcapngFile {
  readonly #littleEndian: boolean;
  readonly #bytes: number[] = [];

  constructor(littleEndian: boolean) {
    this.#littleEndian = littleEndian;
    this.block(0x0a0d0d0a, [...this.u32(0x1a2b3c4d), ...this.u16(1), ...this.u16(0), ...Array<number>(8).fill(0xff)]);
  }

  u16(value: number): number[] {
    const bytes = [value & 0xff, (value >> 8) & 0xff];
    return this.#littleEndian ? bytes : bytes.reverse();
  }

  u32(value: number): number[] {
    const bytes = [value & 0xff, (value >>> 8) & 0xff, (value >>> 16) & 0xff, value >>> 24];
    return this.#littleEndian ? bytes : bytes.reverse();
  }

  option(code: number, value: readonly number[]): number[] {
    return [...this.u16(code), ...this.u16(value.length), ...padded(value)];
  }

  block(type: number, body: readonly number[]): this {
    const length = this.u32(12 + padded(body).length);
    this.#bytes.push(...this.u32(type), ...length, ...padded(body), ...length);
    return this;
  }

  interface(linkType: number, options: readonly number[] = [], snapLength = 0): this {
    return this.block(1, [...this.u16(linkType), 0, 0, ...this.u32(snapLength), ...options]);
  }

  enhancedPacket(index: number, ticks: bigint, data: readonly number[], originalLength = data.length): this {
    const time = [...this.u32(Number(ticks >> 32n)), ...this.u32(Number(ticks & 0xffff_ffffn))];
    return this.block(6, [...this.u32(index), ...time, ...this.u32(data.length), ...this.u32(originalLength), ...data]);
  }

  obsoletePacket(index: number, drops: number, ticks: number, data: readonly number[]): this {
    const head = [...this.u16(index), ...this.u16(drops), ...this.u32(0), ...this.u32(ticks)];
    return this.block(2, [...head, ...this.u32(data.length), ...this.u32(data.length), ...data]);
  }

  simplePacket(originalLength: number, data: readonly number[]): this {
    return this.block(3, [...this.u32(originalLength), ...data]);
  }

  bytes(): Uint8Array {
    return Uint8Array.from(this.#bytes);
  }
}

function padded(bytes: readonly number[]): number[] {
  return [...bytes, ...Array<number>(-bytes.length & 3).fill(0)];
}
