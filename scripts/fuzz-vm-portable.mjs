// Random programs that mean the same in every virtual machine: they take a packet of 64 bytes and perhaps a map, keep
// pointers to themselves, read nothing that was not written, and leave all their registers in the packet.
export const PACKET_BYTES = 64;
export const MAP = { entries: 8, valueSize: 32 };

const STACK_WORDS = 8;
const KEY = -8 * (STACK_WORDS + 1);
const LOOKUP = 1;
/** r0 to r5 hold numbers, r6 and r7 the packet's start and end, r8 a value of the map, r9 counts rounds. */
const NUMBERS = 6;

/** What is different from machine to machine: how the context is laid out, and what `lddw` holds for the map. */
export const dialects = {
  windows: { load: 0x79, end: 8, mapSource: 1, map: 1 },
  linux: { load: 0x61, end: 4, mapSource: 1, map: 0 },
  number: { load: 0x79, end: 8, mapSource: 0, map: 1 },
};

/** Statements over the primitives of `Program` (fuzz-vm.mjs). */
export class Portable {
  constructor(program, random) {
    this.program = program;
    this.random = random;
    this.calls = [];
    this.mapSlot = undefined;
  }

  number() {
    return this.random(NUMBERS);
  }

  /** An operand that no verifier refuses: shifts within the width, no division by a constant zero. */
  immediate({ operation, width }) {
    if (["lsh", "rsh", "arsh"].includes(operation)) return this.random(width);
    const any = this.program.immediate();
    return ["div", "mod", "sdiv", "smod"].includes(operation) && any === 0 ? 3 : any;
  }

  arithmetic() {
    const form = this.program.pick(this.program.alu);
    this.program.form(form, { dst: this.number(), src: this.number(), imm: this.immediate(form) });
  }

  wide() {
    this.program.put(0x18, this.number(), 0, 0, this.program.immediate());
    this.program.put(0, 0, 0, 0, this.program.immediate());
  }

  /** Writes a number where loads have left none, in case they were branched over. */
  renew(register) {
    this.program.put(0xb7, register, 0, 0, this.program.immediate());
  }

  load(base, offset, width) {
    const form = this.program.pick(this.program.loads.filter((each) => each.width <= width));
    this.program.form(form, { dst: this.number(), src: base, offset: offset + this.aligned(form.width, width) });
  }

  store(base, offset, width) {
    const form = this.program.pick(this.program.stores.filter((each) => each.width <= width));
    const at = offset + this.aligned(form.width, width);
    this.program.form(form, { dst: base, src: this.number(), offset: at, imm: this.program.immediate() });
  }

  aligned(width, room) {
    return (width / 8) * this.random(room / width);
  }

  access() {
    const word = this.random(STACK_WORDS);
    const places = [
      [10, -8 - 8 * word],
      [6, 8 * word],
      ...(this.hasMap ? [[8, 8 * this.random(MAP.valueSize / 8)]] : []),
    ];
    const [base, offset] = this.program.pick(places);
    const kind = this.random(base === 6 ? 2 : 3);
    if (kind === 0) this.load(base, offset, 64);
    else if (kind === 1) this.store(base, offset, 64);
    else {
      const form = this.program.pick(this.program.atomics);
      this.program.form(form, { dst: base, src: this.number(), offset: offset + this.aligned(form.width, 64) });
    }
  }

  /** A place in the packet that depends on a number, behind a comparison with the packet's end. */
  variable() {
    const { program } = this;
    program.put(0x57, 3, 0, 0, program.pick([7, 15, 31]));
    program.put(0xbf, 5, 6, 0, 0);
    program.put(0x0f, 5, 3, 0, 0);
    program.put(0xbf, 4, 5, 0, 0);
    program.put(0x07, 4, 0, 0, 16);
    const test = program.put(0x2d, 4, 7, 0, 0);
    const width = program.pick([8, 16, 32, 64]);
    const offset = this.random(16 - width / 8 + 1);
    if (this.random(2) === 0) {
      const form = program.pick(program.loads.filter((each) => each.width === width));
      program.form(form, { dst: this.random(3), src: 5, offset });
    } else {
      const form = program.pick(program.stores.filter((each) => each.width === width));
      program.form(form, { dst: 5, src: this.random(4), offset, imm: program.immediate() });
    }
    program.jumpTo(test, program.length);
    this.renew(4);
    this.renew(5);
  }

  branch(depth) {
    const { program } = this;
    const at = program.form(program.pick(program.jumps), {
      dst: this.number(),
      src: this.number(),
      imm: program.immediate(),
    });
    this.statements(1 + this.random(4), depth - 1, false);
    if (this.random(2) === 0) {
      const end = program.put(0x05, 0, 0, 0, 0);
      program.jumpTo(at, program.length);
      this.statements(1 + this.random(4), depth - 1, false);
      program.jumpTo(end, program.length);
    } else program.jumpTo(at, program.length);
  }

  loop() {
    const { program } = this;
    program.put(0xb7, 9, 0, 0, 0);
    const start = program.length;
    this.statements(2 + this.random(5), 1, false);
    program.put(0x07, 9, 0, 0, 1);
    const at = program.put(0xa5, 9, 0, 0, 2 + this.random(6));
    program.jumpTo(at, start);
  }

  /** A call of one of the program's functions, after which only r0 means something. */
  call() {
    this.calls.push(this.program.put(0x85, 0, 1, 0, 0));
    for (let register = 1; register < NUMBERS; register++) {
      this.program.put(0x79, register, 10, -8 - 8 * this.random(STACK_WORDS), 0);
    }
  }

  statements(count, depth, mayLoop) {
    for (let n = 0; n < count; n++) {
      const kind = this.random(100);
      if (kind < 45) this.arithmetic();
      else if (kind < 49) this.wide();
      else if (kind < 75) this.access();
      else if (kind < 80 && this.isMain) this.variable();
      else if (kind < 90 && depth > 0) this.branch(depth);
      else if (kind < 92 && mayLoop) this.loop();
      else if (kind < 97 && this.functions > 0 && this.isMain) this.call();
    }
  }

  main(hasMap, functions) {
    const { program } = this;
    this.hasMap = hasMap;
    this.functions = functions;
    this.isMain = true;
    program.put(0x79, 6, 1, 0, 0);
    program.put(0x79, 7, 1, 8, 0);
    program.put(0xbf, 2, 6, 0, 0);
    program.put(0x07, 2, 0, 0, PACKET_BYTES);
    program.put(0xbd, 2, 7, 2, 0);
    program.put(0xb7, 0, 0, 0, 0);
    program.put(0x95, 0, 0, 0, 0);
    for (let word = 0; word < STACK_WORDS; word++) {
      program.put(0x79, 3, 6, 8 * word, 0);
      program.put(0x7b, 10, 3, -8 - 8 * word, 0);
    }
    if (hasMap) {
      program.put(0x62, 10, 0, KEY, this.random(MAP.entries));
      program.put(0xbf, 2, 10, 0, 0);
      program.put(0x07, 2, 0, 0, KEY);
      this.mapSlot = program.put(0x18, 1, 0, 0, 0);
      program.put(0, 0, 0, 0, 0);
      program.put(0x85, 0, 0, 0, LOOKUP);
      program.put(0x55, 0, 0, 2, 0);
      program.put(0xb7, 0, 0, 0, 0);
      program.put(0x95, 0, 0, 0, 0);
      program.put(0xbf, 8, 0, 0, 0);
    }
    for (let register = 0; register < NUMBERS; register++) program.put(0x79, register, 6, 8 * register, 0);
    this.statements(6 + this.random(26), 2, true);
    for (let register = 0; register < NUMBERS; register++) program.put(0x7b, 6, register, 8 * register, 0);
    program.put(0x95, 0, 0, 0, 0);
  }

  function() {
    const { program } = this;
    this.hasMap = false;
    this.isMain = false;
    program.put(0xb7, 0, 0, 0, program.immediate());
    for (let word = 0; word < STACK_WORDS; word++) program.put(0x7b, 10, this.random(NUMBERS), -8 - 8 * word, 0);
    const { access } = this;
    // No packet in here: only the function's own stack.
    this.access = () => {
      const word = -8 - 8 * this.random(STACK_WORDS);
      if (this.random(2) === 0) this.load(10, word, 64);
      else this.store(10, word, 64);
    };
    this.statements(2 + this.random(8), 1, false);
    this.access = access;
    program.put(0x95, 0, 0, 0, 0);
  }
}

/** Machine code of a portable program for a dialect: `code(dialect)`, and the slot that the map is at. */
export function portableProgram(program, random) {
  const portable = new Portable(program, random);
  const functions = random(3) === 0 ? 1 + random(2) : 0;
  portable.main(random(2) === 0, functions);
  const starts = [];
  for (let number = 0; number < functions; number++) {
    starts.push(program.length);
    portable.function();
  }
  for (const at of portable.calls) {
    new DataView(program.slots[at].buffer).setInt32(4, starts[random(functions)] - at - 1, true);
  }
  const { mapSlot } = portable;
  const bytes = new Uint8Array(program.length * 8);
  for (const [slot, slotBytes] of program.slots.entries()) bytes.set(slotBytes, slot * 8);
  const code = ({ load, end, mapSource, map }) => {
    const copy = bytes.slice();
    const view = new DataView(copy.buffer);
    copy[0] = load;
    copy[8] = load;
    view.setInt16(10, end, true);
    if (mapSlot !== undefined) {
      copy[mapSlot * 8 + 1] |= mapSource << 4;
      view.setInt32(mapSlot * 8 + 4, map, true);
    }
    return copy;
  };
  return { code, mapSlot };
}
