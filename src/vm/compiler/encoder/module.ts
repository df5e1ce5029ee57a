import { ByteWriter } from "./byte-writer.ts";
import type { Code } from "./code.ts";
import { type, wasm } from "./opcode.ts";

export interface Signature {
  readonly parameters: readonly number[];
  readonly results: readonly number[];
}

interface FunctionBody {
  readonly signature: number;
  /** Types of locals that are no parameters, in runs. */
  readonly locals: readonly (readonly [count: number, type: number])[];
  readonly code: Code;
}

const section = { custom: 0, type: 1, import: 2, function: 3, global: 6, export: 7, code: 10 } as const;
const KIND_FUNCTION = 0;
const KIND_MEMORY = 2;
const HAS_MAXIMUM = 1;
/** Pages that the imported memory may have at most. */
const LARGEST_MEMORY = 32_768;
/** Bytes that a module is expected to have beside the code of its functions. */
const ROOM = 1024;

function localsOf(locals: FunctionBody["locals"]): ByteWriter {
  const head = new ByteWriter();
  head.unsigned(locals.length);
  for (const [count, valueType] of locals) {
    head.unsigned(count);
    head.byte(valueType);
  }
  return head;
}

/** A module in the making (WebAssembly core, section 5.5): one imported memory, functions, i32 globals. */
export class ModuleWriter {
  readonly #types: Signature[] = [];
  readonly #typeIndexes = new Map<string, number>();
  readonly #imports: { readonly name: string; readonly signature: number }[] = [];
  readonly #functions: FunctionBody[] = [];
  readonly #exports: { readonly name: string; readonly index: number }[] = [];
  #globals = 0;

  /** Index of an imported function of module `vm`. All imports come before the first function. */
  import(name: string, signature: Signature): number {
    return this.#imports.push({ name, signature: this.#type(signature) }) - 1;
  }

  /** Index of a new mutable i32 global, zero at first. */
  global(): number {
    return this.#globals++;
  }

  /** Index of a new function. */
  function(signature: Signature, locals: FunctionBody["locals"], code: Code): number {
    const index = this.#functions.push({ signature: this.#type(signature), locals, code }) - 1;
    return this.#imports.length + index;
  }

  export(name: string, index: number): void {
    this.#exports.push({ name, index });
  }

  /** The module, complete. */
  finish(): Uint8Array<ArrayBuffer> {
    const room = this.#functions.reduce((sum, { code }) => sum + code.bytes.length, ROOM);
    const out = new ByteWriter(room);
    out.raw(Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0));
    this.#vector(out, section.type, this.#types, (to, { parameters, results }) => {
      to.byte(type.function);
      to.unsigned(parameters.length);
      for (const parameter of parameters) to.byte(parameter);
      to.unsigned(results.length);
      for (const result of results) to.byte(result);
    });
    this.#vector(out, section.import, [undefined, ...this.#imports], (to, entry) => {
      to.text("vm");
      to.text(entry?.name ?? "memory");
      to.byte(entry === undefined ? KIND_MEMORY : KIND_FUNCTION);
      if (entry !== undefined) to.unsigned(entry.signature);
      else {
        to.byte(HAS_MAXIMUM);
        to.unsigned(1);
        to.unsigned(LARGEST_MEMORY);
      }
    });
    this.#vector(out, section.function, this.#functions, (to, { signature }) => to.unsigned(signature));
    this.#vector(out, section.global, Array.from({ length: this.#globals }), (to) => {
      to.raw(Uint8Array.of(type.i32, 1, wasm.i32Const, 0, wasm.end));
    });
    this.#vector(out, section.export, this.#exports, (to, { name, index }) => {
      to.text(name);
      to.byte(KIND_FUNCTION);
      to.unsigned(index);
    });
    this.#hints(out);
    this.#vector(out, section.code, this.#functions, (to, { locals, code }) => {
      const head = localsOf(locals);
      to.unsigned(head.length + code.bytes.length + 1);
      to.raw(head.bytes);
      to.raw(code.bytes);
      to.byte(wasm.end);
    });
    return out.bytes;
  }

  /**
   * Which branches are likely and which are not (branch hinting proposal), so that V8 keeps what only rare ways need
   * out of its loops.
   */
  #hints(out: ByteWriter): void {
    const functions = this.#functions.map((body, index) => ({ ...body, index: this.#imports.length + index }));
    const hinted = functions.filter(({ code }) => code.hints.length > 0);
    const content = new ByteWriter();
    content.text("metadata.code.branch_hint");
    content.unsigned(hinted.length);
    for (const { index, locals, code } of hinted) {
      const { length } = localsOf(locals);
      content.unsigned(index);
      content.unsigned(code.hints.length);
      for (const [at, hint] of code.hints) {
        content.unsigned(length + at);
        content.unsigned(1);
        content.byte(hint);
      }
    }
    out.byte(section.custom);
    out.unsigned(content.length);
    out.raw(content.bytes);
  }

  #vector<Item>(
    out: ByteWriter,
    id: number,
    items: readonly Item[],
    write: (out: ByteWriter, item: Item) => void,
  ): void {
    if (items.length === 0) return;
    const content = new ByteWriter(id === section.code ? out.room : undefined);
    content.unsigned(items.length);
    for (const item of items) write(content, item);
    out.byte(id);
    out.unsigned(content.length);
    out.raw(content.bytes);
  }

  #type(signature: Signature): number {
    const key = `${signature.parameters.join()}:${signature.results.join()}`;
    let index = this.#typeIndexes.get(key);
    if (index === undefined) {
      index = this.#types.push(signature) - 1;
      this.#typeIndexes.set(key, index);
    }
    return index;
  }
}
