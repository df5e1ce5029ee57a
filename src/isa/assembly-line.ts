import { AssemblyError } from "./assembly-error.ts";
import { formsOfMnemonic, MOST_WORDS } from "./syntax.ts";

/** A piece of a line and where it stands. */
export interface Token {
  readonly text: string;
  readonly line: number;
  readonly column: number;
}

export interface AssemblyLine {
  readonly labels: readonly Token[];
  /** Words of the instruction or directive, single blanks between; absent on lines of labels only. */
  readonly mnemonic: Token | undefined;
  readonly operands: readonly Token[];
}

const LABEL = /^\s*([A-Za-z_.$][\w.$]*)\s*:/;
const WORD = /^\s*([^\s,[%]+)/;

/** Reads as many words as make the longest known mnemonic; one word where none is known. */
function readMnemonic(text: string): { mnemonic: string; length: number } | undefined {
  const words: string[] = [];
  let length = 0;
  let best: { mnemonic: string; length: number } | undefined;
  while (words.length < MOST_WORDS) {
    const match = WORD.exec(text.slice(length));
    if (match?.[1] === undefined) break;
    words.push(match[1]);
    length += match[0].length;
    const mnemonic = words.join(" ");
    if (best === undefined || formsOfMnemonic.has(mnemonic)) best = { mnemonic, length };
  }
  return best;
}

/** Splits one line into labels, mnemonic and operands. `#` and `;` begin comments. */
export function readLine(source: string, line: number): AssemblyLine {
  const text = source.replace(/[#;].*$/, "").trimEnd();
  const token = (part: string, at: number): Token => {
    const blanks = part.length - part.trimStart().length;
    return { text: part.trim(), line, column: at + blanks + 1 };
  };
  const labels: Token[] = [];
  let at = 0;
  for (let match = LABEL.exec(text); match !== null; match = LABEL.exec(text.slice(at))) {
    labels.push(token(match[0].slice(0, -1), at));
    at += match[0].length;
  }
  const read = readMnemonic(text.slice(at));
  if (read === undefined) {
    const rest = token(text.slice(at), at);
    if (rest.text !== "") throw new AssemblyError(`expected an instruction, not ${JSON.stringify(rest.text)}`, rest);
    return { labels, mnemonic: undefined, operands: [] };
  }
  const mnemonic = { ...token(text.slice(at, at + read.length), at), text: read.mnemonic };
  at += read.length;
  const operands: Token[] = [];
  const parts = text.length > at ? text.slice(at).split(",") : [];
  for (const part of parts) {
    const operand = token(part, at);
    if (operand.text === "") throw new AssemblyError("expected an operand", operand);
    operands.push(operand);
    at += part.length + 1;
  }
  return { labels, mnemonic, operands };
}
