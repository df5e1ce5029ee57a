import { btfTypeName, formatValue } from "../codec/index.ts";
import { printable } from "../printable.ts";
import {
  type GlobalSpec,
  type MapSpec,
  type ObjectFault,
  type ObjectSpec,
  type ProgramSpec,
  SLOT_BYTES,
} from "../spec/index.ts";
import { cell } from "./cell.ts";
import { globalValue } from "./global-value.ts";
import { mapTypeName } from "./map-type-name.ts";
import { type Column, table } from "./table.ts";

const left = (title: string): Column => ({ title });
const right = (title: string): Column => ({ title, align: "right" });

const PROGRAM_COLUMNS = [left("Section"), left("Name"), left("Type"), right("Instructions")];
const MAP_COLUMNS = [
  left("Name"),
  left("Type"),
  right("Key"),
  right("Value"),
  right("Entries"),
  left("Key type"),
  left("Value type"),
  left("Pinned"),
  left("Inner map"),
];
const GLOBAL_COLUMNS = [left("Name"), left("Type"), right("Size"), left("Value"), left("Map")];

const programRow = (program: ProgramSpec): string[] => [
  cell(program.section),
  cell(program.name),
  cell(program.type),
  String(program.code.length / SLOT_BYTES),
];

const innerMap = (map: MapSpec, spec: ObjectSpec): string => {
  if (map.inner === undefined) return "";
  const { inner } = map;
  const type = `${mapTypeName(inner, spec.platform)}(${inner.keySize}, ${inner.valueSize}, ${inner.maxEntries})`;
  return cell(inner.name === "" ? type : `${inner.name}: ${type}`);
};

const mapRow = (map: MapSpec, spec: ObjectSpec): string[] => {
  const typeName = (id: number | undefined): string =>
    id === undefined || spec.btf === undefined ? "" : cell(btfTypeName(spec.btf, id), 40);
  return [
    cell(map.name),
    mapTypeName(map, spec.platform),
    String(map.keySize),
    String(map.valueSize),
    String(map.maxEntries),
    typeName(map.keyType),
    typeName(map.valueType),
    map.pinByName ? "by name" : "",
    innerMap(map, spec),
  ];
};

const globalRow = (global: GlobalSpec, spec: ObjectSpec): string[] => {
  const value = globalValue(spec, global);
  return [
    cell(global.name),
    spec.btf === undefined ? "" : cell(btfTypeName(spec.btf, global.type), 40),
    String(global.size),
    value === undefined ? "" : cell(formatValue(value, { btf: spec.btf, typeId: global.type }), 200),
    cell(global.map),
  ];
};

const faultLine = ({ message, section, offset }: ObjectFault): string =>
  `note: refused by all but libbpf: ${printable(message)} (section ${cell(section)}, offset 0x${offset.toString(16)})\n`;

const part = (title: string, columns: readonly Column[], rows: readonly string[][]): string =>
  rows.length === 0 ? `\nNo ${title.toLowerCase()}\n` : `\n${title}\n${table(columns, rows)}`;

/** What an object file holds, for people: programs, maps and globals as tables. Sizes are bytes. */
export function objectText(file: string, spec: ObjectSpec): string {
  const platform = spec.platform === "windows" ? "Windows" : "Linux";
  const license = spec.license === undefined ? "" : `, license ${cell(spec.license)}`;
  return (
    `${cell(file, 400)}: eBPF object for ${platform}${license}\n` +
    part("Programs", PROGRAM_COLUMNS, spec.programs.map(programRow)) +
    part(
      "Maps",
      MAP_COLUMNS,
      spec.maps.map((map) => mapRow(map, spec)),
    ) +
    part(
      "Globals",
      GLOBAL_COLUMNS,
      spec.globals.map((global) => globalRow(global, spec)),
    ) +
    (spec.faults === undefined ? "" : `\n${spec.faults.map(faultLine).join("")}`)
  );
}
