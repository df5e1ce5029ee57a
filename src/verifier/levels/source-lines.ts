import type { ProgramSpec, SourceLine } from "../../spec/index.ts";

/** What the debug information says of a slot: a C line, or, with line 0 and no text, that there is none. */
export type Place = Pick<SourceLine, "file" | "line" | "text">;

/** A place as Windows prints it, with empty lines around it. */
export function placeText({ file, line, text }: Place): string {
  return `\n; ${file}:${line}\n; ${text}\n\n`;
}

/** The places of a program by slot. */
export class SourceLines {
  readonly #places: (Place | undefined)[];

  constructor({ code, lines, unplaced = [] }: ProgramSpec) {
    this.#places = new Array(code.length / 8).fill(undefined);
    lines.forEach((line, at) => {
      this.#places.fill(line, line.slot, lines[at + 1]?.slot);
    });
    for (const { slot, file } of unplaced) this.#places[slot] = { file, line: 0, text: "" };
  }

  at(slot: number): Place | undefined {
    return this.#places[slot];
  }
}
