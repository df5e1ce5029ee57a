import { printable } from "../printable.ts";

/** What an error has to say: `EbpfError` and others have this shape. */
export interface Complaint {
  readonly message: string;
  /** What can be done about it, as a sentence. */
  readonly hint: string | undefined;
}

/** An error for the terminal: the message after `where`, then what can be done about it, every line escaped. */
export function errorText(error: Complaint, where?: string): string {
  const prefix = where === undefined || error.message.startsWith(where) ? "" : `${where}: `;
  const message = `winbpf: ${printable(prefix + error.message)}\n`;
  return error.hint === undefined ? message : `${message}        ${printable(error.hint)}\n`;
}

/** An error that no one foresaw, with its stack: for a bug report. */
export function crashText(error: unknown): string {
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  const lines = text.split("\n").map((line) => printable(line));
  return `winbpf: internal error, please report it\n${lines.join("\n")}\n`;
}
