import { formatValue } from "../codec/index.ts";
import { cell } from "./cell.ts";
import { grouped } from "./grouped.ts";
import type { MapContent, RunReport } from "./run-report.ts";
import { table } from "./table.ts";
import { verdictName } from "./verdict-name.ts";

/** Widest key or value in a table, in characters. */
const CELL_LIMIT = 1000;

const plural = (number: number, noun: string): string => `${grouped(number)} ${noun}${number === 1 ? "" : "s"}`;

const percent = (part: number, whole: number): string => `${((100 * part) / whole).toFixed(1)} %`;

const isNumber = (text: string): boolean => /^-?[0-9]+$/.test(text);

/** An array has an entry for every index: of long ones only those that say something are shown. */
const MAX_ZEROS = 32;

const isZero = (value: unknown): boolean => {
  if (value instanceof Uint8Array) return value.every((byte) => byte === 0);
  if (typeof value === "object" && value !== null) return Object.values(value).every(isZero);
  return value === 0 || value === 0n || value === false || value === "";
};

const mapText = (map: MapContent, { btf }: RunReport): string => {
  const isLongArray = map.type.endsWith("array") && map.entries.length > MAX_ZEROS;
  const shown = isLongArray ? map.entries.filter(([, value]) => !isZero(value)) : map.entries;
  const zeros = map.entries.length - shown.length;
  const rows = shown.map(([key, value]) => [
    cell(formatValue(key, { btf, typeId: map.keyType }), CELL_LIMIT),
    cell(formatValue(value, { btf, typeId: map.valueType }), CELL_LIMIT),
  ]);
  const numbers = (column: number): boolean => rows.every((row) => isNumber(row[column] ?? ""));
  const columns = ["Key", "Value"].map((title, column) =>
    numbers(column) ? ({ title, align: "right" } as const) : { title },
  );
  const entries = map.entries.length === 1 ? "1 entry" : `${grouped(map.entries.length)} entries`;
  return (
    `\nMap ${cell(map.name)} (${cell(map.type)}, ${entries})\n` +
    (rows.length === 0 ? "" : table(columns, rows)) +
    (zeros === 0 ? "" : `  (${grouped(zeros)}${rows.length === 0 ? "" : " more"} are zero)\n`)
  );
};

/** A run for people: what ran, the verdicts, every map by name. */
export function runText(report: RunReport): string {
  const { packets, bytes, seconds } = report;
  const verified = report.verified ? "verified" : "not verified";
  const rate = seconds > 0 ? `, ${grouped(Math.round(packets / seconds))} packets/s` : "";
  const verdicts = [...report.verdicts].sort(([a], [b]) => a - b);
  const rows = verdicts.map(([verdict, times]) => [
    verdictName(report.type, verdict),
    grouped(times),
    percent(times, packets),
  ]);
  const columns = [{ title: "Verdict" }, { title: "Packets", align: "right" }, { title: "", align: "right" }] as const;
  return (
    `Program ${cell(report.program)} (section ${cell(report.section)}, type ${cell(report.type)}, ${verified})\n` +
    `${plural(packets, "packet")}, ${plural(bytes, "byte")} in ${seconds.toFixed(3)} s${rate}\n` +
    (rows.length === 0 ? "" : `\n${table(columns, rows)}`) +
    report.maps.map((map) => mapText(map, report)).join("")
  );
}
