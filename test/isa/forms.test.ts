import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { decode, encode, type FieldUses, formOf, forms } from "../../src/isa/index.ts";
import { shared } from "../shared.ts";

interface FactField {
  readonly use?: string;
  readonly must_be?: number;
  readonly selector?: boolean;
}

/** The parts of a row of facts/isa.json that say what an instruction is. */
interface Fact {
  readonly number: number;
  readonly cls: string;
  readonly name: string;
  readonly source: "K" | "X" | null;
  readonly fields: Readonly<Record<"dst" | "src" | "offset" | "imm", FactField>> & { readonly next_imm?: FactField };
  readonly slots: number;
  readonly in_rfc9669: boolean;
  readonly rfc_group: string | null;
  readonly example_bytes: string;
}

const path = shared("facts/isa.json");
const facts: readonly Fact[] = path === undefined ? [] : JSON.parse(readFileSync(path, "utf8")).instructions;

const FACT_USE: Readonly<Record<string, Partial<FieldUses>>> = {
  "dst register": {},
  "dst base": { dst: "base" },
  "dst register holding helper id": { dst: "read" },
  "src register": {},
  "src base": { src: "base" },
  "offset jump": { offset: "jump" },
  "offset memory": { offset: "memory" },
  "offset module (PREVAIL only)": { offset: "module" },
  "imm operand": { imm: "operand" },
  "imm value": { imm: "operand" },
  "imm jump": { imm: "jump" },
  "imm helper id": { imm: "helper" },
  "imm BTF id": { imm: "btf-id" },
  "imm integer": { imm: "low-bits" },
  "imm map fd": { imm: "map-fd" },
  "imm map value": { imm: "map-fd" },
  "imm platform variable": { imm: "variable" },
  "imm code address": { imm: "function" },
  "imm map index": { imm: "map-index" },
  "imm map value by index": { imm: "map-index" },
  "imm offset in packet": { imm: "packet-offset" },
  "next_imm high 32 bits": { high: "high-bits" },
  "next_imm offset": { high: "value-offset" },
};

describe.skipIf(facts.length === 0)("the instruction table, beside facts/isa.json", () => {
  test("has as many forms", () => {
    expect(forms.length).toBe(facts.length);
  });

  test.each(facts.map((fact) => [`${fact.name} ${fact.source ?? ""} ${fact.example_bytes}`, fact] as const))(
    "agrees on %s",
    (_, fact) => {
      const [example] = decode(Uint8Array.from(Buffer.from(fact.example_bytes, "hex")));
      if (example === undefined) throw new Error("an example is one instruction");
      const form = formOf(example);
      expect(form).toMatchObject({
        name: fact.name,
        opcode: fact.number,
        class: fact.cls,
        slots: fact.slots,
        standard: fact.in_rfc9669,
      });
      if (fact.rfc_group !== null) expect(form?.group).toBe(fact.rfc_group);
      for (const [name, field] of Object.entries(fact.fields)) {
        const used = form?.fields[name === "next_imm" ? "high" : (name as keyof FieldUses)];
        if (field.must_be !== undefined) {
          // A selector of one value only is an unused field: nothing is told apart by it.
          expect(["unused", "selector"]).toContain(used);
          if (used === "selector") expect(form?.selector).toEqual({ field: name, value: field.must_be });
        } else {
          const expected = FACT_USE[`${name} ${field.use}`];
          expect(expected, `${name} ${field.use}`).toBeDefined();
          expect(form?.fields).toMatchObject(expected ?? {});
          expect(used).not.toBe("unused");
        }
      }
    },
  );

  test("encodes every example as it was decoded", () => {
    for (const { example_bytes } of facts) {
      const code = Uint8Array.from(Buffer.from(example_bytes, "hex"));
      expect(Buffer.from(encode(decode(code))).toString("hex")).toBe(example_bytes);
    }
  });
});

describe("the instruction table", () => {
  test("gives every form an id of its own", () => {
    expect(new Set(forms.map(({ id }) => id)).size).toBe(forms.length);
  });

  test("tells forms of one opcode apart by values of one field", () => {
    const keys = forms.map(({ opcode, selector }) => `${opcode} ${selector?.value}`);
    expect(new Set(keys).size).toBe(forms.length);
    for (const form of forms) {
      const siblings = forms.filter(({ opcode }) => opcode === form.opcode);
      expect(new Set(siblings.map(({ selector }) => selector?.field)).size).toBe(1);
    }
  });
});
