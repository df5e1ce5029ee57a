import type { FieldUses, InstructionForm } from "./form.ts";

/** A table row as it is written: what nearly all rows share may be left out. */
export type Row = Omit<
  InstructionForm,
  "id" | "selector" | "source" | "from" | "fetch" | "fields" | "slots" | "standard"
> &
  Partial<Pick<InstructionForm, "id" | "selector" | "source" | "from" | "fetch" | "slots" | "standard">> & {
    readonly fields: Partial<FieldUses>;
  };

const UNUSED: FieldUses = { dst: "unused", src: "unused", offset: "unused", imm: "unused", high: "absent" };

/** Completes a written row. A selector marks its field's use, so that no row says it twice. */
export function form(row: Row): InstructionForm {
  const selected = row.selector === undefined ? {} : { [row.selector.field]: "selector" };
  return {
    id: row.source === undefined ? row.name : `${row.name}.${row.source}`,
    selector: undefined,
    source: undefined,
    from: undefined,
    fetch: false,
    slots: 1,
    standard: true,
    ...row,
    fields: { ...UNUSED, ...row.fields, ...selected },
  };
}
