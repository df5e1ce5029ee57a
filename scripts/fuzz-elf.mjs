// Mutated object files for src/elf: whatever the bytes say, `parse` answers with a spec or an EbpfError, in time and space.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const MAX_MILLISECONDS = 2000;
const MAX_BYTES = 256 * 1024 * 1024;
const BTF_PART = /^\.BTF(\.ext)?$/;

export function findBases(maxBytes = 300_000) {
  const shared = process.env.WINBPF_SHARED ?? join(root, "../shared");
  const folders = [
    ["test/programs", join(root, "test/programs")],
    ["test/elf/fixtures", join(root, "test/elf/fixtures")],
    ["prevail-corpus", join(shared, "conformance/prevail-corpus")],
    ["ebpfapi", join(shared, "conformance/ebpfapi/programs")],
  ];
  return folders.flatMap(([name, folder]) => {
    if (!existsSync(folder)) return [];
    return readdirSync(folder, { recursive: true })
      .filter((file) => file.endsWith(".o"))
      .sort()
      .map((file) => ({
        name: `${name}/${file.replaceAll("\\", "/")}`,
        bytes: new Uint8Array(readFileSync(join(folder, file))),
      }))
      .filter(({ bytes }) => bytes.length <= maxBytes);
  });
}

/** A small generator of numbers (mulberry32), so that a case is its seed and index. */
function generator(seed, index) {
  let state = (Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul(index + 1, 0xc2b2ae35)) >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000) * below);
  };
}

const viewOf = (bytes) => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** Sections as far as they can be made out: name, type, header offset, data offset and size. */
function sectionsOf(bytes) {
  const view = viewOf(bytes);
  if (bytes.length < 64) return [];
  const table = Number(view.getBigUint64(40, true));
  const count = view.getUint16(60, true);
  if (table + 64 * count > bytes.length || count === 0) return [];
  const field = (index, at) => Number(view.getBigUint64(table + 64 * index + at, true));
  const names = field(view.getUint16(62, true) % count, 24);
  return Array.from({ length: count }, (_, index) => {
    const header = table + 64 * index;
    const start = names + view.getUint32(header, true);
    let end = start;
    while (end < bytes.length && bytes[end] !== 0) end++;
    const [offset, size] = [field(index, 24), field(index, 32)];
    const name = Buffer.from(bytes.subarray(start, end)).toString("latin1");
    return { name, type: view.getUint32(header + 4, true), header, offset, size };
  }).filter(({ type, offset, size }) => type === 8 || offset + size <= bytes.length);
}

function interesting(random, length) {
  const values = [0, 1, 2, 3, 4, 7, 8, 15, 16, 0x7f, 0xff, 0x7fff, 0xffff, 0x7fffffff, 0x80000000, 0xffffffff];
  const choice = random(values.length + 5);
  if (choice < values.length) return values[choice];
  return [length, Math.max(length - 1, 0), length + 1, random(length + 1), random(0x1_0000_0000)][
    choice - values.length
  ];
}

/** Writes an interesting value over a word of `size` bytes, or changes the one that is there a little. */
function disturb(bytes, at, size, random) {
  if (at < 0 || at + size > bytes.length) return;
  const view = viewOf(bytes);
  const old =
    size === 8
      ? Number(BigInt.asUintN(32, view.getBigUint64(at, true)))
      : size === 4
        ? view.getUint32(at, true)
        : view.getUint16(at, true);
  const value = random(2) === 0 ? interesting(random, bytes.length) : Math.max(0, old + random(33) - 16);
  if (size === 8) view.setBigUint64(at, BigInt(value), true);
  else if (size === 4) view.setUint32(at, value >>> 0, true);
  else view.setUint16(at, value & 0xffff, true);
}

const pick = (list, random) => list[random(list.length)];

/** One change each; all take the bytes (which they may alter), a generator and the other files. */
const mutators = {
  flipBits(bytes, random) {
    for (let count = 1 + random(8); count > 0; count--) bytes[random(bytes.length)] ^= 1 << random(8);
    return bytes;
  },
  setBytes(bytes, random) {
    for (let count = 1 + random(8); count > 0; count--)
      bytes[random(bytes.length)] = pick([0, 1, 0x7f, 0x80, 0xff, random(256)], random);
    return bytes;
  },
  elfHeader(bytes, random) {
    disturb(bytes, pick([16, 18, 40, 44, 52, 58, 60, 62], random), 2, random);
    return bytes;
  },
  sectionHeader(bytes, random) {
    const section = pick(sectionsOf(bytes), random);
    const [at, size] = pick(
      [
        [0, 4],
        [4, 4],
        [8, 8],
        [24, 8],
        [32, 8],
        [40, 4],
        [44, 4],
        [56, 8],
      ],
      random,
    );
    if (section !== undefined) disturb(bytes, section.header + at, size, random);
    return bytes;
  },
  symbol(bytes, random) {
    const table = sectionsOf(bytes).find(({ type }) => type === 2);
    const [at, size] = pick(
      [
        [0, 4],
        [4, 2],
        [6, 2],
        [8, 8],
        [16, 8],
      ],
      random,
    );
    if (table !== undefined && table.size >= 24)
      disturb(bytes, table.offset + 24 * random(table.size / 24) + at, size, random);
    return bytes;
  },
  relocation(bytes, random) {
    const table = pick(
      sectionsOf(bytes).filter(({ type, size }) => type === 9 && size >= 16),
      random,
    );
    const [at, size] = pick(
      [
        [0, 8],
        [8, 4],
        [12, 4],
      ],
      random,
    );
    if (table !== undefined) disturb(bytes, table.offset + 16 * random(table.size / 16) + at, size, random);
    return bytes;
  },
  btfHeader(bytes, random) {
    const section = pick(
      sectionsOf(bytes).filter(({ name }) => BTF_PART.test(name)),
      random,
    );
    if (section !== undefined) disturb(bytes, section.offset + 4 * random(8), 4, random);
    return bytes;
  },
  btfWords(bytes, random) {
    const section = pick(
      sectionsOf(bytes).filter(({ name, size }) => BTF_PART.test(name) && size >= 32),
      random,
    );
    for (let count = 1 + random(4); section !== undefined && count > 0; count--) {
      disturb(bytes, section.offset + 24 + 4 * random((section.size - 24) / 4), 4, random);
    }
    return bytes;
  },
  mapBytes(bytes, random) {
    const section = pick(
      sectionsOf(bytes).filter(({ name, size }) => /^\.?maps/.test(name) && size >= 4),
      random,
    );
    if (section !== undefined) disturb(bytes, section.offset + 4 * random(section.size / 4), 4, random);
    return bytes;
  },
  code(bytes, random) {
    const section = pick(
      sectionsOf(bytes).filter(({ name, size }) => !name.startsWith(".debug") && size >= 8),
      random,
    );
    if (section !== undefined)
      disturb(bytes, section.offset + 8 * random(section.size / 8) + pick([0, 2, 4], random), 2, random);
    return bytes;
  },
  truncate(bytes, random) {
    return bytes.slice(0, random(bytes.length + 1));
  },
  splice(bytes, random, bases) {
    const other = pick(bases, random).bytes;
    const from = random(other.length);
    const chunk = other.subarray(from, from + 1 + random(Math.min(4096, other.length - from)));
    bytes.set(chunk.subarray(0, bytes.length), random(Math.max(1, bytes.length - chunk.length)));
    return bytes;
  },
  swapSections(bytes, random) {
    const sections = sectionsOf(bytes);
    if (sections.length < 2) return bytes;
    const [a, b] = [pick(sections, random), pick(sections, random)];
    const [at, size] = pick(
      [
        [0, 4],
        [24, 16],
        [4, 4],
        [40, 8],
      ],
      random,
    );
    const kept = bytes.slice(a.header + at, a.header + at + size);
    bytes.copyWithin(a.header + at, b.header + at, b.header + at + size);
    bytes.set(kept, b.header + at);
    return bytes;
  },
  removeMiddle(bytes, random) {
    const from = random(bytes.length + 1);
    const to = Math.min(bytes.length, from + pick([1, 8, 24, 64, random(4096)], random));
    return Uint8Array.from([...bytes.subarray(0, from), ...bytes.subarray(to)]);
  },
};

export function mutate(bases, seed, index) {
  const random = generator(seed, index);
  const base = pick(bases, random);
  const names = Object.keys(mutators);
  let bytes = base.bytes.slice();
  const done = [];
  for (let count = 1 + random(3); count > 0 && bytes.length > 0; count--) {
    const name = pick(names, random);
    bytes = mutators[name](bytes, random, bases);
    done.push(name);
  }
  return { name: `${base.name} ${done.join("+")}`, bytes };
}

export async function main({ count, seed, only }) {
  const { EbpfError } = await import("../lib/index.js");
  const { parse, parseBtf } = await import("../lib/elf/index.js");
  const bases = findBases();
  if (bases.length === 0) {
    process.stderr.write("no object files to mutate\n");
    return 1;
  }
  const targets = bases
    .slice(0, 12)
    .flatMap(({ bytes }) => attempt(() => parse(bytes, { platform: "linux" }).btf) ?? []);
  const relocatable = bases
    .filter(({ name }) => /core|cilium-core\/bpf_xdp|tcprtt/.test(name))
    .map(({ bytes }) => bytes);
  const statistics = { parsed: 0, refused: 0, failures: 0, slowest: 0 };
  const codes = new Map();
  const baseline = process.memoryUsage().rss;
  let peak = baseline;
  const [first, last] = only === undefined ? [0, count] : [only, only + 1];
  const begin = performance.now();
  for (let index = first; index < last; index++) {
    const { name, bytes } = mutate(bases, seed, index);
    const platform = index % 2 === 0 ? "windows" : "linux";
    const btf = index % 4 === 3 ? targets[index % targets.length] : undefined;
    const relocated = index % 8 === 5 ? pick(relocatable, (below) => index % below) : undefined;
    const start = performance.now();
    let wrong;
    try {
      if (relocated === undefined) {
        parse(bytes, btf === undefined ? { platform, path: name } : { platform, path: name, btf });
      } else {
        // The other way round: a sound object on a kernel whose types are broken.
        parse(relocated, { platform: "linux", btf: parseBtf(typesOf(bytes)) });
      }
      statistics.parsed += 1;
    } catch (error) {
      statistics.refused += 1;
      if (!(error instanceof EbpfError)) wrong = error?.stack ?? String(error);
      else codes.set(error.code, (codes.get(error.code) ?? 0) + 1);
    }
    const milliseconds = performance.now() - start;
    statistics.slowest = Math.max(statistics.slowest, milliseconds);
    if (milliseconds > MAX_MILLISECONDS) wrong = `took ${milliseconds.toFixed(0)} ms`;
    const resident = process.resourceUsage().maxRSS * 1024;
    if (resident > peak) {
      peak = resident;
      if (peak - baseline > MAX_BYTES) wrong = `grew to ${((peak - baseline) / 1048576).toFixed(0)} MiB`;
    }
    if (wrong !== undefined) {
      statistics.failures += 1;
      process.stdout.write(`case ${index} (${name}): ${wrong}\n`);
    }
  }
  const seconds = (performance.now() - begin) / 1000;
  process.stdout.write(
    `${last - first} cases from ${bases.length} files, seed ${seed}: ${statistics.parsed} parsed, ${statistics.refused} refused ` +
      `(${[...codes].map(([code, n]) => `${code} ${n}`).join(", ")}), ${statistics.failures} failures; ` +
      `slowest ${statistics.slowest.toFixed(0)} ms, memory +${((peak - baseline) / 1048576).toFixed(0)} MiB, ${seconds.toFixed(0)} s\n`,
  );
  return statistics.failures === 0 ? 0 : 1;
}

/** The bytes of an object's BTF; all of it where there is none to be found. */
function typesOf(bytes) {
  const section = sectionsOf(bytes).find(({ name }) => name === ".BTF");
  return section === undefined ? bytes : bytes.subarray(section.offset, section.offset + section.size);
}

function attempt(work) {
  try {
    return work();
  } catch {
    return undefined;
  }
}
