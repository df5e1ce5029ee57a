import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import {
  attachTypes,
  errnoNumbers,
  generalHelpers,
  type HelperRow,
  helperOverrides,
  mapTypes,
  programTypes,
  results,
  specificHelpers,
} from "../../src/platform/index.ts";
import { shared } from "../shared.ts";

const path = shared("facts/windows-platform.json");

interface MapTypeFact {
  number: number;
  display_name: string;
  linux_number: number | null;
  per_cpu: boolean;
  custom: boolean;
  verifier: { is_array: boolean };
}

interface ProgramTypeFact {
  name: string;
  bpf_number: number | null;
  guid: string;
  section_prefixes: string[];
  context?: { size: number; data: number; end: number; meta: number };
  context_fields?: { name: string; offset: number; size: number }[];
  verdicts?: { name: string; value: number }[];
}

interface HelperFact {
  id: number;
  name: string;
  return_type: string;
  args: string[];
  reallocate_packet: boolean;
  implicit_context: boolean;
  program_type: string;
  kind: string;
}

const asFact = (row: HelperRow) => ({
  id: row.id,
  name: row.name,
  return_type: row.returns,
  args: [...row.arguments, ...new Array(5 - row.arguments.length).fill("DONTCARE")],
  reallocate_packet: row.reallocatesPacket,
  implicit_context: row.implicitContext,
});

const comparable = (fact: HelperFact) => ({
  id: fact.id,
  name: fact.name,
  return_type: fact.return_type,
  args: fact.args,
  reallocate_packet: fact.reallocate_packet,
  implicit_context: fact.implicit_context,
});

describe.skipIf(path === undefined)("given the recorded tables of Windows", () => {
  const facts = path === undefined ? {} : JSON.parse(readFileSync(path, "utf8"));

  it("then results and errno numbers are Windows'", () => {
    expect(
      results.map((row) => ({
        number: row.number,
        name: row.name,
        errno_name: row.errnoName ?? null,
        errno: row.errno,
        ntstatus: row.ntstatus,
      })),
    ).toEqual(facts.results);
    expect(Object.entries(errnoNumbers).map(([name, number]) => ({ name, number }))).toEqual(facts.ucrt_errno);
  });

  it("then map types are Windows'", () => {
    expect(
      mapTypes.map((row) => [row.number, row.name, row.linuxNumber ?? null, row.perCpu, row.custom, row.isArray]),
    ).toEqual(
      facts.map_types.map((row: MapTypeFact) => [
        row.number,
        row.display_name,
        row.linux_number,
        row.per_cpu,
        row.custom,
        row.verifier.is_array,
      ]),
    );
  });

  it("then program types, contexts and verdicts are Windows'", () => {
    expect(
      programTypes.map((row) => [
        row.name,
        row.number ?? null,
        row.guid,
        row.sectionPrefixes,
        row.context?.size,
        row.context?.data,
        row.context?.end,
        row.context?.meta,
        row.context?.fields.map((field) => [field.name, field.offset, field.size]),
        row.verdicts,
      ]),
    ).toEqual(
      facts.program_types.map((row: ProgramTypeFact) => [
        row.name,
        row.bpf_number,
        row.guid,
        row.section_prefixes,
        row.context?.size,
        row.context?.data,
        row.context?.end,
        row.context?.meta,
        row.context && row.context_fields?.map((f) => [f.name, f.offset, f.size]),
        row.verdicts ?? [],
      ]),
    );
  });

  it("then attach types are Windows'", () => {
    for (const row of attachTypes) {
      expect(facts.attach_types).toContainEqual(
        expect.objectContaining({
          number: row.number,
          name: row.name,
          guid: row.guid,
          section_prefix: row.section ?? null,
          program_type: row.programType ?? null,
          link_type_number: row.linkType,
        }),
      );
    }
    expect(attachTypes).toHaveLength(17);
  });

  it("then helper prototypes are Windows'", () => {
    expect(generalHelpers.map(asFact)).toEqual(facts.helpers_general.map(comparable));
    const specific: HelperFact[] = facts.helpers_by_program_type;
    const ours = Object.entries(specificHelpers).flatMap(([type, rows]) =>
      rows.map((row) => ({ type, ...asFact(row) })),
    );
    expect(ours).toEqual(
      specific
        .filter((fact) => fact.kind === "specific")
        .map((fact) => ({ type: fact.program_type, ...comparable(fact) })),
    );
    expect(Object.entries(helperOverrides).flatMap(([type, ids]) => ids.map((id) => [type, id]))).toEqual(
      specific.filter((fact) => fact.kind === "override").map((fact) => [fact.program_type, fact.id]),
    );
  });
});
