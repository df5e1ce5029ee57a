// Random programs for src/vm: the interpreter and compiled code must agree on everything that can be seen: r0, memory,
// counts of instructions, and faults with their place, registers and words.
const LARGEST_REGISTER = 10;
const PACKET_BYTES = 100;
const CONTEXT_BYTES = 64;
const ELEMENT = { stride: 16, size: 12, count: 8 };
const CONSTANT_BYTES = 40;
const RUNS = 4;
const BUDGET = 4000;
const LOOKUP = 1;
/** Every so many cases are raw byte code. */
const RAW = 3;
/** What programs hold as maps, and bytes of their keys. */
const HANDLES = [
  [0x1234, 4],
  [0x5678, 6],
];

/** A small generator of numbers (mulberry32), so that a case is its seed and index. */
export function generator(seed, index) {
  let state = (Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul(index + 1, 0xc2b2ae35)) >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000) * below);
  };
}

const immediates = [0, 1, -1, 2, 7, 8, 16, 31, 32, 63, 64, 255, 256, 0x7fff, 0xffff, 0x7fff_ffff, -0x8000_0000];

/** Words for what a program is made of. Weights out of 100. */
export class Program {
  constructor(random, forms) {
    this.random = random;
    this.slots = [];
    this.calls = [];
    this.byKind = (kind) => forms.filter((form) => form.kind === kind);
    this.alu = forms.filter(({ kind }) => kind === "alu" || kind === "swap");
    this.jumps = forms.filter(({ kind, operation }) => kind === "jump" && operation !== "ja");
    this.loads = this.byKind("load");
    this.stores = this.byKind("store");
    this.atomics = this.byKind("atomic");
  }

  get length() {
    return this.slots.length;
  }

  put(opcode, dst, src, offset, imm) {
    const bytes = new Uint8Array(8);
    const view = new DataView(bytes.buffer);
    bytes[0] = opcode;
    bytes[1] = dst | (src << 4);
    view.setInt16(2, offset, true);
    view.setInt32(4, imm, true);
    this.slots.push(bytes);
    return this.slots.length - 1;
  }

  form(form, { dst = 0, src = 0, offset = 0, imm = 0 }) {
    const fields = { dst, src, offset, imm };
    for (const name of ["dst", "src", "offset", "imm"]) {
      if (form.fields[name] === "unused") fields[name] = 0;
      if (form.fields[name] === "selector") fields[name] = form.selector.value;
    }
    return this.put(form.opcode, fields.dst, fields.src, fields.offset, fields.imm);
  }

  pick(list) {
    return list[this.random(list.length)];
  }

  immediate() {
    return this.random(3) === 0 ? this.random(0x1_0000_0000) | 0 : this.pick(immediates);
  }

  /** Any register but r10; mostly one that holds no pointer. */
  written() {
    return this.random(150) === 0 ? 6 + this.random(4) : this.random(6);
  }

  read() {
    return this.random(12) === 0 ? LARGEST_REGISTER : this.random(10);
  }

  arithmetic() {
    this.form(this.pick(this.alu), { dst: this.written(), src: this.read(), imm: this.immediate() });
  }

  wide() {
    this.put(0x18, this.written(), 0, 0, this.immediate());
    this.put(0, 0, 0, 0, this.random(2) === 0 ? 0 : this.immediate());
  }

  /** A base with an offset that often fits it: r6 context, r7 packet, r8 element, r9 constants, r10 frame. */
  place(width) {
    const base = this.random(80) === 0 ? this.random(10) : 6 + this.random(5);
    const size = width / 8;
    const slack = this.random(300) === 0 ? 24 : 0;
    const within = (bytes) => this.random(Math.max(bytes - size + 1 + slack, 1));
    if (base === LARGEST_REGISTER)
      return { base, offset: -size - this.random(this.random(3) === 0 ? 512 : 64) + slack };
    return { base, offset: within([CONTEXT_BYTES, PACKET_BYTES, ELEMENT.size, CONSTANT_BYTES][base - 6] ?? 16) };
  }

  access() {
    const kind = this.random(10);
    if (kind < 5) {
      const form = this.pick(this.loads);
      const { base, offset } = this.place(form.width);
      this.form(form, { dst: this.written(), src: base, offset });
    } else {
      const form = this.pick(kind < 9 ? this.stores : this.atomics);
      const { base, offset } = this.place(form.width);
      const src = form.fields.src === "read-write" ? this.written() : this.read();
      this.form(form, { dst: base, src, offset, imm: this.immediate() });
    }
  }

  /** A pointer moved by a small number: known, or masked. */
  pointer() {
    const dst = this.random(6);
    const wild = this.random(60) === 0;
    const base = this.pick([6, 7, 7, 10, 10, wild ? 8 : 7]);
    this.put(0xbf, dst, base, 0, 0);
    const below = base === LARGEST_REGISTER ? -80 : wild ? -8 : 0;
    if (this.random(2) === 0) this.put(0x07, dst, 0, 0, below + this.pick([0, 4, 8]));
    else {
      const index = (dst + 1) % 6;
      this.put(0x57, index, 0, 0, this.pick(base === 7 ? [7, 15, 31, 63] : [7, 15, 31]));
      this.put(0x0f, dst, index, 0, 0);
      if (below !== 0) this.put(0x07, dst, 0, 0, below);
    }
    for (let count = 1 + this.random(3); count > 0; count--) {
      const form = this.pick(this.random(2) === 0 ? this.loads : this.stores);
      const offset = this.random(16);
      if (form.kind === "load") this.form(form, { dst: (dst + 2) % 6, src: dst, offset });
      else this.form(form, { dst, src: this.read(), offset, imm: this.immediate() });
    }
  }

  call() {
    const kind = this.random(10);
    if (kind === 0) {
      this.put(0xb7, 5, 0, 0, this.random(40) === 0 ? 99 : this.pick([2, 3, 4, 5, 6, 8]));
      this.put(0x8d, 5, 0, 0, 0);
    } else if (kind < 6) {
      if (this.random(2) === 0) this.put(0xb7, 1, 0, 0, this.random(12));
      if (this.random(8) !== 0) this.put(0x85, 0, 0, 0, this.pick([2, 3, 4, 5, 6, 8]));
      else {
        this.put(0xbf, 2, this.pick([6, 7, 9]), 0, 0);
        this.put(0x85, 0, 0, 0, 7);
      }
    } else {
      this.calls.push(this.put(0x85, 0, 1, 0, 0));
    }
  }

  /** Looks a key up in a map, mostly right; touches what it finds, mostly after asking whether it found anything. */
  lookup() {
    const [low] = this.pick(HANDLES);
    const slot = -8 - 8 * this.random(4);
    this.put(0x62, 10, 0, slot, this.random(10));
    this.put(0x62, 10, 0, slot + 4, 0);
    this.put(0xbf, 2, this.random(20) === 0 ? 7 : 10, 0, 0);
    this.put(0x07, 2, 0, 0, slot);
    if (this.random(8) === 0) this.put(0xbf, 2, this.random(2) === 0 ? 6 : 7, 0, 0);
    this.put(0x18, 1, 0, 0, this.random(60) === 0 ? 5 : low);
    this.put(0, 0, 0, 0, 0);
    this.put(0x85, 0, 0, 0, LOOKUP);
    const test = this.random(20) === 0 ? undefined : this.put(0x15, 0, 0, 0, 0);
    const dst = this.random(2) === 0 ? 0 : 3;
    if (dst === 3) this.put(0xbf, 3, 0, 0, 0);
    for (let count = 1 + this.random(3); count > 0; count--) {
      const form = this.pick(this.pick([this.loads, this.stores, this.atomics]));
      const offset = this.random(this.random(60) === 0 ? 16 : ELEMENT.size - form.width / 8 + 1);
      const src = form.fields.src === "read-write" ? 4 : this.read();
      if (form.kind === "load") this.form(form, { dst: 4, src: dst, offset });
      else this.form(form, { dst, src, offset, imm: this.immediate() });
    }
    if (test !== undefined) this.jumpTo(test, this.length);
  }

  /** A condition over what follows. */
  branch(body) {
    const at = this.form(this.pick(this.jumps), { dst: this.read(), src: this.read(), imm: this.immediate() });
    body();
    if (this.random(2) === 0) {
      const end = this.put(0x05, 0, 0, 0, 0);
      this.jumpTo(at, this.length);
      body();
      this.jumpTo(end, this.length);
    } else {
      this.jumpTo(at, this.length);
    }
  }

  /** A loop that runs a few times, unless its counter in memory is overwritten. */
  loop(body) {
    const slot = -8 - 8 * this.random(4);
    const register = this.random(6);
    this.put(0x7a, 10, 0, slot, 1 + this.random(12));
    const start = this.length;
    body();
    this.put(0x79, register, 10, slot, 0);
    this.put(0x07, register, 0, 0, -1);
    this.put(0x7b, 10, register, slot, 0);
    const at = this.put(this.pick([0x55, 0x65, 0x56]), register, 0, 0, 0);
    this.jumpTo(at, start);
  }

  jumpTo(at, target) {
    new DataView(this.slots[at].buffer).setInt16(2, target - at - 1, true);
  }

  statements(count, depth) {
    for (let n = 0; n < count; n++) {
      const kind = this.random(100);
      const body = () => this.statements(1 + this.random(4), depth - 1);
      if (kind < 35) this.arithmetic();
      else if (kind < 38) this.wide();
      else if (kind < 65) this.access();
      else if (kind < 78) this.pointer();
      else if (kind < 81) this.call();
      else if (kind < 85) this.lookup();
      else if (depth > 0 && kind < 93) this.branch(body);
      else if (depth > 0) this.loop(body);
    }
  }

  /** What gives registers their pointers. */
  prologue() {
    this.put(0xbf, 6, 1, 0, 0);
    this.put(0x79, 7, 1, 0, 0);
    this.put(0x79, 8, 1, 16, 0);
    this.put(0x79, 9, 1, 24, 0);
  }

  /** Jumps from anywhere to anywhere, loops with several ways in among them. */
  tangle() {
    for (let count = 1 + this.random(6); count > 0; count--) {
      const at = this.random(this.length);
      const target = this.random(this.length);
      const opcode = this.slots[at][0];
      const isWide = (slot) => this.slots[slot][0] === 0x18 || this.slots[slot - 1]?.[0] === 0x18;
      if (isWide(at) || isWide(target) || opcode === 0x95) continue;
      const bytes = this.slots[at];
      bytes.set([this.random(5) === 0 ? 0x05 : 0x2d, 0, 0, 0, 0, 0, 0, 0]);
      if (bytes[0] === 0x2d) bytes[1] = this.random(10) | (this.random(10) << 4);
      this.jumpTo(at, target);
    }
  }
}

/** Machine code of case `index` of `seed`. */
export function randomProgram(forms, seed, index) {
  const random = generator(seed, index);
  const program = new Program(random, forms);
  const functions = 1 + (random(3) === 0 ? random(4) : 0);
  const starts = [];
  for (let number = 0; number < functions; number++) {
    starts.push(program.length);
    if (number === 0 || random(3) === 0) program.prologue();
    program.statements(2 + random(24), 3);
    if (random(30) !== 0) program.put(0x95, 0, 0, 0, 0);
  }
  // Jumps may go here; the code may also just end.
  program.put(0xb7, 0, 0, 0, 7);
  if (random(6) !== 0) program.put(0x95, 0, 0, 0, 0);
  for (const at of program.calls) {
    new DataView(program.slots[at].buffer).setInt32(4, starts[random(functions)] - at - 1, true);
  }
  if (random(4) === 0) program.tangle();
  const code = new Uint8Array(program.length * 8);
  for (const [slot, bytes] of program.slots.entries()) code.set(bytes, slot * 8);
  return code;
}

/** A machine with its regions, always at the same addresses. */
class World {
  constructor(vm, engine, checks) {
    this.memory = new vm.Memory();
    this.regions = new vm.Regions();
    this.machine = new vm.Machine({ memory: this.memory, regions: this.regions, engine, checks });
    const allocate = (bytes) => this.memory.allocate(bytes, "data");
    this.context = allocate(CONTEXT_BYTES);
    this.buffer = allocate(PACKET_BYTES + 32);
    this.elements = allocate(ELEMENT.stride * ELEMENT.count);
    this.constants = allocate(CONSTANT_BYTES);
    const add = (kind, start, bytes, more) =>
      this.regions.add({ kind, name: kind, start, end: start + bytes, writable: true, ...more });
    add("context", this.context, CONTEXT_BYTES);
    this.packet = add("packet", this.buffer, PACKET_BYTES);
    const { stride, size } = ELEMENT;
    add("map-value", this.elements, stride * ELEMENT.count, { stride, size });
    add("global", this.constants, CONSTANT_BYTES, { writable: false });
    // The kernel's own table, with as much of a kernel as it needs.
    this.table = new vm.HashTable(
      { memory: this.memory, random: { next: () => 4711 }, retire: (free) => free() },
      { keySize: 6, valueSize: ELEMENT.size, maxEntries: 4, visible: { regions: this.regions, name: "hash", size } },
    );
    this.table.prepare();
    for (let key = 1; key < 9; key++) {
      this.memory.data.setUint32(this.context, key, true);
      this.memory.data.setUint32(this.context + 4, 0, true);
      this.table.update(this.context, 0, 0);
    }
    const values = [1, 2, 3, 4, 5, 6, 7, 8].map((key) => {
      this.memory.data.setUint32(this.context, key, true);
      return this.table.find(this.context);
    });
    this.values = Math.min(...values);
    this.valuesEnd = Math.max(...values) + ELEMENT.stride;
    this.lookups = new Map([
      [
        HANDLES[0][0],
        { kind: "array", keySize: 4, valueSize: size, values: this.elements, stride, entries: ELEMENT.count },
      ],
      [HANDLES[1][0], { kind: "hash", keySize: 6, valueSize: size, ...this.table.buckets }],
    ]);
    this.helpers = helpersOf(this);
  }

  reset(random) {
    const { bytes, data } = this.memory;
    bytes.fill(0, this.machine.stackTop - 4096, this.machine.stackTop);
    for (let at = this.context; at < this.constants + CONSTANT_BYTES; at++) bytes[at] = random(256);
    for (let at = this.values; at < this.valuesEnd; at++) bytes[at] = random(256);
    this.regions.move(this.packet, this.buffer + 8, this.buffer + 8 + PACKET_BYTES);
    this.pointers(data);
    this.calls = 0;
  }

  pointers(data) {
    const words = [this.packet.start, this.packet.end, this.elements, this.constants];
    for (const [index, word] of words.entries()) data.setBigUint64(this.context + index * 8, BigInt(word), true);
  }

  /** Runs a program; everything that can be told of the run. */
  run(executable) {
    const { machine } = this;
    let outcome;
    try {
      outcome = `returns ${machine.run(executable, this.context, PACKET_BYTES, { instructions: BUDGET })} ${machine.hi[0]}`;
    } catch (error) {
      const { name, message, pc, registers, address } = error;
      if (pc === undefined) throw error;
      outcome = `${error.constructor.name} ${name} ${message} at ${pc}, ${registers.join(" ")}, ${address}`;
    }
    const start = machine.stackTop - 4096;
    const { bytes } = this.memory;
    const digest = hash(bytes, start, this.constants + CONSTANT_BYTES) ^ hash(bytes, this.values, this.valuesEnd);
    return {
      outcome,
      instructions: machine.instructions,
      memory: digest,
      calls: this.calls,
      packet: this.packet.start,
    };
  }
}

/** FNV-1a. */
function hash(bytes, start, end) {
  let state = 0x811c9dc5;
  for (let at = start; at < end; at++) state = Math.imul(state ^ bytes[at], 0x01000193);
  return state >>> 0;
}

function helpersOf(world) {
  const answer = (machine, low, high) => {
    machine.lo[0] = low;
    machine.hi[0] = high;
    world.calls++;
  };
  return new Map([
    [8, (machine) => answer(machine, machine.lo[1] ^ machine.lo[2] ^ machine.hi[3], machine.hi[4] ^ machine.lo[5])],
    [
      2,
      (machine) => {
        const start = world.buffer + (machine.lo[1] & 7);
        world.regions.move(world.packet, start, start + PACKET_BYTES);
        world.pointers(world.memory.data);
        answer(machine, start, 0);
      },
    ],
    [3, (machine) => answer(machine, world.elements + ELEMENT.stride * (machine.lo[1] & 7), 0)],
    [
      4,
      (machine) => {
        if ((machine.lo[1] & 63) === 7) throw machine.faultHere("the helper does not like its argument");
        answer(machine, -1, -1);
      },
    ],
    [
      5,
      (machine) => {
        answer(machine, machine.lo[1], machine.hi[1]);
        if ((machine.lo[1] & 15) === 3) machine.exit();
      },
    ],
    [
      6,
      (machine) => {
        answer(machine, 6, 0);
        if ((machine.lo[2] & 3) !== 1 || world.calls >= 20) return;
        machine.tailCall(world.next);
        machine.lo[1] = world.context;
        machine.hi[1] = 0;
      },
    ],
    [
      // Not counted: compiled code does it without a call.
      LOOKUP,
      (machine) => {
        const map = HANDLES.findIndex(([handle]) => machine.hi[1] === 0 && handle === machine.lo[1]);
        if (map === -1) throw machine.faultHere("r1 is not a map");
        const key = machine.access(2, HANDLES[map][1], false);
        const index = world.memory.data.getUint32(key, true);
        machine.lo[0] =
          map === 1 ? world.table.find(key) : index < ELEMENT.count ? world.elements + index * ELEMENT.stride : 0;
        machine.hi[0] = 0;
      },
    ],
    [7, (machine) => answer(machine, machine.access(2, 4, true), 0)],
  ]);
}

const modes = ["region", "arena", "none"];

/** Runs cases in the interpreter and compiled in all modes; tells of the first difference in words. */
export class Comparison {
  constructor(vm, forms) {
    this.vm = vm;
    this.forms = forms;
    this.counts = { programs: 0, refused: 0, runs: 0, returned: 0, faulted: 0 };
    this.worlds = undefined;
  }

  codeOf(seed, index) {
    return index % RAW === 0 ? rawProgram(this.forms, seed, index) : randomProgram(this.forms, seed, index);
  }

  compare(seed, index) {
    this.worlds ??= [
      new World(this.vm, "interpreter", "region"),
      ...modes.map((mode) => new World(this.vm, "compiled", mode)),
    ];
    const code = this.codeOf(seed, index);
    this.counts.programs++;
    let linked;
    try {
      linked = this.worlds.map((world) => this.vm.link(code, { helpers: world.helpers, lookups: world.lookups }));
    } catch (error) {
      // Most raw byte code is no program.
      if (error.code === undefined || index % RAW !== 0) throw error;
      this.counts.refused++;
      return undefined;
    }
    try {
      for (let run = 0; run < RUNS; run++) {
        const difference = this.#compareRun(linked, generator(seed + 1, index * RUNS + run), run);
        if (difference !== undefined) return difference;
      }
    } finally {
      for (const [at, world] of this.worlds.entries()) world.machine.forget(linked[at]);
    }
    return undefined;
  }

  #compareRun(linked, random, run) {
    const content = Array.from({ length: 400 }, () => random(256));
    let expected;
    for (const [at, world] of this.worlds.entries()) {
      let next = 0;
      world.next = linked[at];
      world.reset(() => content[next++ % content.length]);
      // Without the interpreter's checks, only what keeps to its own memory means the same.
      if (at > 1 && !expected.outcome.startsWith("returns")) continue;
      const seen = world.run(linked[at]);
      this.counts.runs++;
      if (at === 0) expected = seen;
      const reason = world.machine.fallbackOf(linked[at]);
      if (reason !== undefined) return `run ${run}, ${modes[at - 1]}: not compiled: ${reason}`;
      if (JSON.stringify(seen) === JSON.stringify(expected)) continue;
      return `run ${run}, ${modes[at - 1]}:\n  interpreter ${JSON.stringify(expected)}\n  compiled    ${JSON.stringify(seen)}`;
    }
    this.counts[expected.outcome.startsWith("returns") ? "returned" : "faulted"]++;
    return undefined;
  }
}

/** Machine code of slots that are mostly instructions, and mostly not what anybody would write. */
export function rawProgram(forms, seed, index) {
  const random = generator(seed ^ 0x5eed, index);
  const program = new Program(random, forms);
  const length = 2 + random(40);
  const usable = forms.filter(
    ({ kind, operation }) => kind !== "packet" && (kind !== "wide" || operation === "constant"),
  );
  while (program.length < length) {
    const form = program.pick(usable);
    const isJump = form.fields.offset === "jump" || form.fields.imm === "jump";
    const distance = random(length) - program.length - 1;
    const offset = isJump ? distance : random(4) === 0 ? random(0x1_0000) - 0x8000 : random(80) - 40;
    const imm =
      isJump && form.fields.imm === "jump" ? distance : form.kind === "call" ? 1 + random(8) : program.immediate();
    const at = program.form(form, { dst: random(10), src: random(11), offset, imm });
    if (form.kind === "wide") program.put(0, 0, 0, 0, program.immediate());
    // What is no instruction at all is refused; that has to be without a trace, too.
    if (random(400) === 0) program.slots[at][random(8)] ^= 1 << random(8);
  }
  program.put(0x95, 0, 0, 0, 0);
  const code = new Uint8Array(program.length * 8);
  for (const [slot, bytes] of program.slots.entries()) code.set(bytes, slot * 8);
  return code;
}

/** Cases that other machines are asked about at once. */
const BLOCK = 250;

/** Every third case is of raw byte code; one in `portable` has a portable program besides, for the judges. */
export async function main({ count, seed, only, portable: every }) {
  const { HashTable } = await import("../lib/simulated/index.js");
  const vm = { ...(await import("../lib/vm/index.js")), HashTable };
  const { disassemble, forms, formatListing } = await import("../lib/isa/index.js");
  const { verify } = await import("../lib/verifier/index.js");
  const { acceptor, Judges } = await import("./fuzz-vm-judges.mjs");
  const comparison = new Comparison(vm, forms);
  const judges = new Judges(vm, acceptor(verify), every);
  const portable = (index) => {
    const random = generator(seed + 77, index);
    return { random, program: new Program(random, forms) };
  };
  const start = Date.now();
  const end = only === undefined ? count : only + 1;
  for (let from = only ?? 0; from < end; from += BLOCK) {
    const to = Math.min(from + BLOCK, end);
    for (let index = from; index < to; index++) {
      const difference = attempt(() => comparison.compare(seed, index));
      if (only !== undefined) console.log(formatListing(disassemble(comparison.codeOf(seed, index))));
      if (difference !== undefined) {
        console.log(`seed ${seed}, case ${index}, ${difference}`);
        return 1;
      }
    }
    const difference = await judges.compare(portable, from, to).catch((error) => error.stack);
    if (difference !== undefined) {
      console.log(`seed ${seed}, ${difference}`);
      return 1;
    }
    if (to % 10_000 === 0) console.log(`${to} programs, ${Math.round((Date.now() - start) / 1000)} s`);
  }
  const { programs, refused, runs, returned, faulted } = comparison.counts;
  console.log(
    `${programs} programs, ${runs} runs, no difference (${returned} returned, ${faulted} faulted; ${refused} refused)`,
  );
  const { verified, ubpf, ubpfRefused, kernel, kernelRefused } = judges.counts;
  console.log(
    `${judges.counts.programs} portable programs, ${verified} verified, no difference; uBPF ran ${ubpf}, refused ${ubpfRefused}; the Linux kernel ran ${kernel}, refused ${kernelRefused}`,
  );
  return 0;
}

function attempt(work) {
  try {
    return work();
  } catch (error) {
    return error.stack;
  }
}
