import type { FileCoverage } from "./file-coverage.ts";

/** A name on a line of its own, or between commas: control characters would end it. */
function plain(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out
  return text.replaceAll(/[\u0000-\u001f\u007f]/g, "?");
}

/**
 * A tracefile as geninfo(1) describes it: FN, FNDA, BRDA and DA records by file. `pathOf` says where a C file lies, for
 * tools that show it.
 */
export function lcovText(files: readonly FileCoverage[], pathOf: (file: string) => string): string {
  return files.map((file) => fileText(file, pathOf(file.file))).join("");
}

function fileText({ lines, functions, branches }: FileCoverage, path: string): string {
  const hit = <T>(list: readonly T[], isHit: (item: T) => boolean) => list.filter(isHit).length;
  const records = [
    "TN:",
    `SF:${plain(path)}`,
    ...functions.map(({ name, line }) => `FN:${line},${plain(name)}`),
    ...functions.map(({ name, count }) => `FNDA:${count},${plain(name)}`),
    `FNF:${functions.length}`,
    `FNH:${hit(functions, ({ count }) => count > 0)}`,
    ...branches.flatMap(({ line, number, jumped, wentOn }) => {
      // A dash says that the condition was never asked.
      const count = (ways: number) => (jumped + wentOn === 0 ? "-" : ways);
      return [`BRDA:${line},${number},0,${count(jumped)}`, `BRDA:${line},${number},1,${count(wentOn)}`];
    }),
    `BRF:${branches.length * 2}`,
    `BRH:${hit(branches, ({ jumped }) => jumped > 0) + hit(branches, ({ wentOn }) => wentOn > 0)}`,
    ...lines.map(({ line, count }) => `DA:${line},${count}`),
    `LF:${lines.length}`,
    `LH:${hit(lines, ({ count }) => count > 0)}`,
    "end_of_record",
  ];
  return `${records.join("\n")}\n`;
}
