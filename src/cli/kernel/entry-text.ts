import { ipv4, ipv6 } from "../../codec/index.ts";
import { EbpfError } from "../../errors.ts";
import { MapType } from "../../platform/index.ts";
import type { BpfMap } from "../../runtime/index.ts";
import { UsageError } from "../failure.ts";
import { bytesText, parseBytes } from "./bytes-text.ts";

type RawMap = BpfMap<Uint8Array, Uint8Array>;

/** Keys or values of a map as the command line has them: what is printed can be given again. */
export interface CellText {
  /** Of a per-CPU map's value: a text for each CPU. */
  format(bytes: Uint8Array): string | string[];
  /** Throws `UsageError`; `what` names the cell. */
  parse(text: string, what: string): Uint8Array;
}

/** Texts of a map's keys. */
export function keyText({ info, type }: Pick<RawMap, "info" | "type">): CellText {
  return type === "lpm_trie" && info.keySize > PREFIX_BYTES ? prefix(info.keySize) : plain(info.keySize);
}

/** Texts of a map's values; `cpus` is how many a value of a per-CPU map is made of. */
export function valueText({ info, value }: Pick<RawMap, "info" | "value">, cpus: number): CellText {
  return isPerCpu(info.type) ? eachCpu(info.valueSize, value.size, cpus) : plain(info.valueSize);
}

function isPerCpu(type: number): boolean {
  return type === MapType.PERCPU_HASH || type === MapType.PERCPU_ARRAY || type === MapType.LRU_PERCPU_HASH;
}

function plain(size: number): CellText {
  return { format: bytesText, parse: (text, what) => parseBytes(text, size, what) };
}

/** The length of a trie's prefix comes first, as a number of four bytes, little-endian (struct bpf_lpm_trie_key). */
const PREFIX_BYTES = 4;

/**
 * Keys of tries: an address in network byte order, or hex where it is as long as neither, and the prefix' length, which is
 * all of it unless given: `10.0.0.0/8`.
 */
function prefix(size: number): CellText {
  const rest = size - PREFIX_BYTES;
  const address = [ipv4, ipv6].find((codec) => codec.size === rest);
  const example = address === ipv4 ? "10.0.0.0/8" : address === ipv6 ? "fd00::/8" : "0a0b/16";
  return {
    format(bytes) {
      const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
      const text =
        address === undefined
          ? Buffer.from(bytes.subarray(PREFIX_BYTES)).toString("hex")
          : address.decode(bytes, PREFIX_BYTES);
      return `${text}/${length}`;
    },
    parse(text, what) {
      // All bytes, as for other maps: prefixes of no address have to be said, too.
      if (text.startsWith("hex:")) return parseBytes(text, size, what);
      const [, front = "", length = String(rest * 8)] = /^([^/]*)(?:\/([0-9]{1,10}))?$/.exec(text) ?? [];
      const wrong = () => new UsageError(`${what} is a prefix and its length, not ${JSON.stringify(text)}`, example);
      if (front === "") throw wrong();
      if (Number(length) > rest * 8) throw new UsageError(`${what} has ${rest * 8} bits, not ${length}`, example);
      const bytes = new Uint8Array(size);
      new DataView(bytes.buffer).setUint32(0, Number(length), true);
      if (address === undefined) bytes.set(parseBytes(`hex:${front}`, rest, what), PREFIX_BYTES);
      else {
        try {
          address.encode(front, bytes, PREFIX_BYTES);
        } catch (error) {
          if (!(error instanceof EbpfError)) throw error;
          throw wrong();
        }
      }
      return bytes;
    },
  };
}

/** Values of per-CPU maps: one for each CPU, padded to eight bytes in the map; a single one stands for all. */
function eachCpu(size: number, total: number, cpus: number): CellText {
  const stride = total / cpus;
  const places = Array.from({ length: cpus }, (_, cpu) => cpu * stride);
  return {
    format: (bytes) => places.map((place) => bytesText(bytes.subarray(place, place + size))),
    parse(text, what) {
      const values = text.split(",").map((part) => parseBytes(part.trim(), size, what));
      const [first] = values;
      if (first === undefined || (values.length !== 1 && values.length !== cpus)) {
        throw new UsageError(`${what} is one for all CPUs, or ${cpus} with commas between, not ${values.length}`);
      }
      const bytes = new Uint8Array(total);
      for (const [cpu, place] of places.entries()) bytes.set(values[cpu] ?? first, place);
      return bytes;
    },
  };
}
