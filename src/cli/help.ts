import type { Command } from "./command.ts";
import { commands } from "./commands.ts";

const rowsText = (rows: readonly (readonly [string, string])[]): string => {
  const width = Math.max(...rows.map(([left]) => left.length));
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}\n`).join("");
};

/** What `winbpf --help` prints. */
export function generalHelp(): string {
  return `eBPF for Windows on the command line.

Usage: winbpf COMMAND [ARGUMENTS]

${rowsText(commands.map(({ name, summary }) => [name, summary]))}
  winbpf help COMMAND says more about a command, winbpf --version which version this is.

Exit codes: 0 done, 1 a program was refused or faulted, or the kernel refused what was asked, 2 wrong usage or an unreadable file.
`;
}

/** What `winbpf help COMMAND` prints. */
export function commandHelp(command: Command): string {
  const options = command.options.map(
    ({ name, value, help }) => [`--${name}${value === undefined ? "" : ` ${value}`}`, help] as const,
  );
  return (
    `${command.description}\n\nUsage: winbpf ${command.name}${command.usage === "" ? "" : ` ${command.usage}`}\n` +
    (options.length === 0 ? "" : `\n${rowsText(options)}`) +
    (command.notes === undefined ? "" : `\n${command.notes}\n`)
  );
}
