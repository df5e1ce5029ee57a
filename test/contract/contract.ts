import { describe, it } from "vitest";
import { Kit } from "./kit.ts";
import type { Row } from "./row.ts";
import { sections } from "./sections.ts";
import type { Target } from "./target.ts";

/**
 * The behaviour that every runtime must show, row by row, on the runtime that `target` opens. A row that a runtime
 * cannot hold is in the target's tables, with the reason, and is reported as skipped.
 */
export function contract(target: Target): void {
  describe(`the contract on the ${target.name} runtime`, () => {
    for (const { title, rows } of sections) {
      describe(title, () => {
        for (const row of rows) declare(target, row);
      });
    }
  });
}

function declare(target: Target, row: Row): void {
  const { check } = row;
  const name = `${row.id}: ${row.text}`;
  const excused = excuse(target, row);
  if (excused !== undefined) it.skip(`${name} (${excused})`, () => {});
  else if (check === undefined) it.todo(name);
  else {
    it(name, async () => {
      const kit = await Kit.open(target, row.options);
      try {
        await check(kit);
      } finally {
        kit.close();
      }
    });
  }
}

/** Why a row is left out; undefined where it is held. */
export function excuse(target: Target, row: Row): string | undefined {
  const lacking = row.needs.find((need) => target.lacks.has(need));
  return target.exceptions.get(row.id) ?? (lacking === undefined ? undefined : target.lacks.get(lacking));
}
